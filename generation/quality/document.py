"""The quality report of a model as a file beside its weights, readable without torch or numpy."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from generation.diffusion.folder import file_sha256, write_atomic

FORMAT = "counterpart-quality/1"
QUALITY = "quality.json"


class QualityError(Exception):
    """A quality report cannot be used; the message names the file and what to do."""


def write_quality(path: Path, report: dict[str, Any]) -> None:
    """Write a report; what is no number (an open interval) becomes null, as JSON knows no infinity."""
    write_atomic(path, (json.dumps(_plain(report), indent=1, allow_nan=False) + "\n").encode())


def read_quality(path: Path, *, checkpoint_sha256: str, sha256: str | None = None) -> dict[str, Any]:
    """The report of a checkpoint. Raises QualityError for a damaged one or one of other weights.

    ``sha256`` is what was recorded of the file, if anything was.
    """
    try:
        if sha256 is not None and file_sha256(path) != sha256:
            raise QualityError(f"{path} was changed since it was recorded; measure the model again.")
        report = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise QualityError(f"{path} cannot be read ({error}); measure the model again.") from error
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        raise QualityError(f"{path} is no report of the format {FORMAT}, which this version reads.")
    if report.get("checkpoint_sha256") != checkpoint_sha256:
        raise QualityError(f"{path} was measured on other weights; measure the model again.")
    return report


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value
