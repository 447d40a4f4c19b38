"""Mediffusion for the benchmarks: in an environment of its own, with random weights, at a small size."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path
from typing import Any

import torch

PARTS = (
    *("pandas", "matplotlib", "tabulate", "tqdm", "omegaconf", "scikit-learn", "scikit-image", "seaborn"),
    *("overrides", "pytorch-lightning==2.6.6", "monai==1.6.1", "wandb"),
)
PACKAGES = ("mediffusion==0.7.1", "bkh-pytorch-utils==0.9.3", "torchextractor==0.3.0")

# Begins a program that runs there: a model from folder/kind.yaml with weights that are random in every layer
# (the package begins some at zero), which it leaves in folder/kind.ckpt.
RANDOM_MODULE = """
import torch
from mediffusion import DiffusionModule
def random_module(folder, kind):
    torch.manual_seed(7)
    module = DiffusionModule(str(folder / f"{kind}.yaml"))
    for value in module.model.parameters():
        if not value.any():
            torch.nn.init.normal_(value, std=0.02)
    module.eval()
    torch.save({"state_dict": module.state_dict()}, folder / f"{kind}.ckpt")
    return module
"""


def reduced_network(size: int, channels: int) -> dict[str, Any]:
    """A configuration of the package: the paper's kind of base model, small enough for processor cores."""
    return {
        "model": {
            "input_size": size,
            "model_channels": channels,
            "channel_mult": [1, 2, 2],
            "num_res_blocks": [2, 2, 2],
            "attention_resolutions": [4],
            "num_heads": 4,
            "num_classes": 5,
        }
    }


def environment(folder: Path) -> Path:
    """The Python of an environment with the package; torch and numpy are borrowed from the running one."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        site = next((folder / "lib").glob("python*/site-packages"))
        borrowed = Path(torch.__file__).parents[1]
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        constraint = folder / "constraint.txt"
        constraint.write_text(f"torch=={torch.__version__.split('+')[0]}\n")
        (site / "borrowed.pth").write_text(f"{borrowed}\n")
        subprocess.run([*install, "-c", str(constraint), *PARTS], check=True)
        subprocess.run([*install, "--no-deps", *PACKAGES], check=True)
        # Only an augmentation that is not used here needs timm, which would bring torchvision.
        (site / "timm").mkdir()
        (site / "timm" / "__init__.py").write_text("")
        (site / "timm" / "data").mkdir()
        (site / "timm" / "data" / "__init__.py").write_text("")
        (site / "timm" / "data" / "auto_augment.py").write_text("rand_augment_transform = None\n")
    return python
