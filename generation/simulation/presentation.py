"""How a digital system shows what the detector reports: enhancement, window, grey values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter, zoom

from generation.simulation.rasterise import Array, Camera


@dataclass(frozen=True)
class Window:
    """Which of a film's values become black and white, and from where on all is metal."""

    low: float
    high: float
    densest: float


def to_grey(brightness: Array) -> NDArray[np.uint8]:
    """8-bit grey values of brightness 0–1."""
    return np.round(255 * brightness).astype(np.uint8)


def brightness_of(signal: Array, camera: Camera, window: Window | None = None) -> Array:
    """Brightness 0–1 as a digital system shows it: broad differences compressed, edges lifted.

    Without a `window`, in the film's own.
    """
    densest = window.densest if window else _densest(signal)
    enhanced, broad = _enhance(signal, camera, densest)
    window = window or _window(signal, camera, enhanced, broad, densest)
    level = np.clip((enhanced - window.low) / max(window.high - window.low, 1e-6), 0, 1)
    return level**1.1


def window_of(signal: Array, camera: Camera) -> Window:
    """From the body's own values: air, and metal with what it touches, do not count."""
    densest = _densest(signal)
    return _window(signal, camera, *_enhance(signal, camera, densest), densest)


def _densest(signal: Array) -> float:
    # Beyond the densest bone there is only white: metal would take the whole scale.
    return float(np.percentile(signal, 90)) + 0.45


def _window(signal: Array, camera: Camera, enhanced: Array, broad: Array, densest: float) -> Window:
    body = broad > 1.2
    if (metal := signal >= densest).any():
        body &= ~maximum_filter(metal, round(8 / camera.pixel) | 1)
    low, high = np.percentile(enhanced[body] if body.any() else enhanced, [0.6, 99.6])
    return Window(float(low), float(high), densest)


def _enhance(signal: Array, camera: Camera, densest: float) -> tuple[Array, Array]:
    signal = np.minimum(signal, densest)
    broad = wide_blur(signal, 22 / camera.pixel)
    fine = gaussian_filter(signal, 1.4 / camera.pixel)
    return 0.42 * broad + 1.6 * (signal - broad) + 0.3 * (signal - fine), broad


def wide_blur(image: Array, sigma: float) -> Array:
    """Gaussian of many pixels, computed on a coarser grid."""
    step = max(int(sigma / 3), 1)
    while image.shape[0] % step:
        step -= 1
    if step == 1:
        return gaussian_filter(image, sigma, mode="nearest")
    rows = image.shape[0] // step
    coarse = image.reshape(rows, step, rows, step).mean((1, 3))
    blurred = gaussian_filter(coarse, sigma / step, mode="nearest")
    return zoom(blurred, step, order=1, mode="nearest", grid_mode=True)
