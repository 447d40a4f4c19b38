"""Imported Mediffusion networks against the package itself, on random weights.

    python benchmarks/mediffusion_parity.py [--environment FOLDER]

Makes an isolated environment (about 400 MB, a few minutes; torch comes from the one that runs this) with
mediffusion 0.7.1 from PyPI, lets it compute one forward and DDIM-50 of a base model in both guidance
conventions and of a super-resolution model, and compares. Nothing of the package is imported here. "Head"
is its repository's guidance formula (March 2024), computed by the package from PyPI.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
import yaml
from peer import RANDOM_MODULE, environment

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

BASE = {
    "diffusion": {"timesteps": 1000, "mean_type": "VELOCITY"},
    "model": {
        "input_size": 32,
        "model_channels": 32,
        "channel_mult": [1, 2, 2],
        "num_res_blocks": [1, 2, 1],
        "attention_resolutions": [2, 4],
        "num_heads": 4,
        "num_classes": 5,
    },
}
SUPER = {
    "diffusion": {"timesteps": 1000, "mean_type": "START_X", "var_type": "FIXED_SMALL"},
    "model": {
        "input_size": 32,
        "model_channels": 32,
        "channel_mult": [1, 2],
        "num_res_blocks": [1, 2],
        "attention_resolutions": [2],
        "num_heads": 4,
        "num_classes": 0,
        "in_channels": 2,
        "concat_channels": 1,
        "out_channels": 1,
    },
}
SCALE = 4.0
# What the package computes, in its own environment; arguments: folder.
THEIRS = (
    RANDOM_MODULE
    + """
import sys
from pathlib import Path
folder = Path(sys.argv[1])
for kind in ("base", "super"):
    module = random_module(folder, kind)
    size = 32
    x = torch.randn(3, 1, size, size)
    t = torch.tensor([3, 400, 998])
    cls = torch.randn(3, 5) if kind == "base" else None
    concat = torch.randn(3, 1, size, size) if kind == "super" else None
    kwargs = {"cls": cls} if kind == "base" else {"concat": concat}
    seen = {"x": x, "t": t, "cls": cls, "concat": concat}
    with torch.inference_mode():
        seen["forward"] = module.model(x, t, drop_cls_prob=0, **kwargs)
        scales = {"0.7.1": (4.0, "condition"), "head": (4.0, "null")} if kind == "base" else {"none": (0, "")}
        for name, (scale, convention) in scales.items():
            # Head differs in this line alone: null + w (cond - null), which is cond + (w - 1)(cond - null).
            used = scale - 1 if convention == "null" else scale
            out = module.predict(x.clone(), "DDIM50", dict(kwargs), classifier_cond_scale=used)
            seen[name] = torch.stack(out)
    torch.save(seen, folder / f"{kind}.seen")
"""
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--environment", type=Path, help="made there, or used if it exists")
    chosen = parser.parse_args().environment
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        python = environment(chosen or work / "environment")
        for kind, settings in (("base", BASE), ("super", SUPER)):
            (work / f"{kind}.yaml").write_text(yaml.safe_dump(settings))
        subprocess.run([python, "-c", THEIRS, str(work)], check=True, stderr=subprocess.DEVNULL)
        print("| | greatest difference | allowed |")
        print("|---|---|---|")
        failed = [line for line in compared(work) if not print_row(*line)]
    sys.exit(bool(failed))


def compared(work: Path) -> list[tuple[str, float, float]]:
    """What was compared, the greatest absolute difference in [-1, 1] units, and what is allowed."""
    from generation.diffusion.ddim import ddim, timesteps
    from generation.diffusion.guidance import Guidance
    from generation.diffusion.mediffusion import import_model, read_weights
    from generation.diffusion.sampling import denoiser

    rows = []
    for kind, settings in (("base", BASE), ("super", SUPER)):
        model = import_model(read_weights(work / f"{kind}.ckpt"), settings)
        seen: dict[str, Any] = torch.load(work / f"{kind}.seen", weights_only=True)
        x, t = seen["x"], seen["t"]
        codes = seen["cls"] if kind == "base" else torch.empty(len(x), 0)

        def embed(left_open: frozenset[str], model: Any = model, codes: Any = codes) -> torch.Tensor:
            return model.conditioner(torch.full_like(codes, torch.nan) if left_open else codes)

        with torch.inference_mode():
            beside = seen["concat"]
            whole = x if beside is None else torch.cat([x, beside], dim=1)
            forward = model(whole, t, embed(frozenset()))
            rows.append((f"{kind}: one forward", greatest(forward, seen["forward"]), 1e-5))
            visited = timesteps(1000, 50, "leading")
            for name in ("0.7.1", "head") if kind == "base" else ("none",):
                guidance = Guidance()
                if name != "none":
                    convention = "from condition" if name == "0.7.1" else "from null"
                    guidance = Guidance(scale=SCALE, convention=convention, rescale=0.7, rescale_over="batch")
                denoise = denoiser(model, embed, guidance=guidance, beside=beside)
                drawn = ddim(denoise, x, model.alpha_bar, visited)
                label = "no guidance" if name == "none" else f"guidance {SCALE:g} of {name}"
                rows.append((f"{kind}: DDIM-50, {label}", greatest(drawn, seen[name]), 1e-4))
                if name != "none":
                    each = Guidance(scale=SCALE, convention=convention, rescale=0.7)
                    alone = ddim(denoiser(model, embed, guidance=each), x, model.alpha_bar, visited)
                    rows.append((f"base: the same, rescaled by image ({name})", greatest(alone, drawn), -1))
    return rows


def greatest(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    return float((ours - theirs).abs().max())


def print_row(label: str, difference: float, allowed: float) -> bool:
    """Print a line of the table; False when the difference is too great. A limit below 0 allows any."""
    print(f"| {label} | {difference:.1e} | {f'{allowed:.0e}' if allowed > 0 else 'another definition'} |")
    return allowed < 0 or difference <= allowed


if __name__ == "__main__":
    main()
