"""How large a pixel is, and where: at the detector or in the patient (DICOM PS3.3 10.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Plane = Literal["", "detector", "patient"]


def pixel_size(
    pixel_spacing: Sequence[float] | None, imager_spacing: Sequence[float] | None, calibration: str
) -> tuple[float | None, Plane]:
    """Return (mm a pixel, the plane it holds in); (None, '') where nothing trustworthy is said.

    ``calibration``: PixelSpacingCalibrationType. PixelSpacing means the patient only where it was calibrated
    (GEOMETRY, FIDUCIAL) or differs from ImagerPixelSpacing; the same in both, or ImagerPixelSpacing alone, is
    the detector's. A spacing of 1 or of unlike sides is a placeholder or no square pixel, and is left out.
    """
    patient, imager = square(pixel_spacing), square(imager_spacing)
    if patient and (calibration in ("GEOMETRY", "FIDUCIAL") or (imager and abs(patient - imager) > 1e-6)):
        return patient, "patient"
    if imager:
        return imager, "detector"
    return (patient, "detector") if patient else (None, "")


def square(spacing: Sequence[float] | None) -> float | None:
    """Return the side of a square pixel in mm, None if there is none that a detector could have."""
    if spacing is None or len(spacing) != 2:
        return None
    row, column = map(float, spacing)
    plausible = 0.01 <= row < 1.0 and abs(row - column) <= 1e-3 * row
    return row if plausible else None
