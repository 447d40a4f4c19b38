"""Arrow-shaped matrices: diagonal for many videos, with a thin border for a few readers.

The curvature of a model with crossed random effects has this shape, because two videos never share a
rating. Eliminating the diagonal first makes its cost linear in the number of videos.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class ArrowMatrix:
    """Symmetric positive definite [[diag(D), B], [B', C]] with D (d,), B (d, k), C (k, k); d or k may be 0.

    >>> arrow = ArrowMatrix(np.array([2.0, 4.0]), np.array([[1.0], [0.0]]), np.array([[3.0]]))
    >>> arrow.solve(np.array([3.0, 4.0, 4.0])).round(6).tolist()
    [1.0, 1.0, 1.0]
    """

    diagonal: np.ndarray
    border: np.ndarray
    corner: np.ndarray

    @cached_property
    def _shrunk(self) -> np.ndarray:
        """D^-1 B."""
        return self.border / self.diagonal[:, None]

    @cached_property
    def _schur(self) -> np.ndarray:
        """S = C - B' D^-1 B."""
        return np.asarray(self.corner - self.border.T @ self._shrunk)

    @cached_property
    def _schur_inverse(self) -> np.ndarray:
        return np.linalg.inv(self._schur)

    @property
    def log_determinant(self) -> float:
        return float(np.log(self.diagonal).sum() + np.linalg.slogdet(self._schur)[1])

    def solve(self, right: np.ndarray) -> np.ndarray:
        """The vector x (d + k,) with H x = right."""
        d = len(self.diagonal)
        low = self._schur_inverse @ (right[d:] - self._shrunk.T @ right[:d])
        return np.concatenate([right[:d] / self.diagonal - self._shrunk @ low, low])

    def inverse_blocks(self, columns: np.ndarray) -> np.ndarray:
        """H^-1 at the rows and columns in each row of ``columns`` (n, g), of which only the first is below d.

        Returns (n, g, g).
        """
        d = len(self.diagonal)
        first, others = columns[:, :1], columns[:, 1:] - d
        swept = self._shrunk @ self._schur_inverse
        blocks = np.empty((*columns.shape, columns.shape[1]))
        blocks[:, :1, :1] = (1 / self.diagonal + (swept * self._shrunk).sum(axis=1))[first][..., None]
        blocks[:, :1, 1:] = -swept[first, others][:, None, :] if columns.shape[1] else 0
        blocks[:, 1:, :1] = blocks[:, :1, 1:].transpose(0, 2, 1)
        blocks[:, 1:, 1:] = self._schur_inverse[others[:, :, None], others[:, None, :]]
        return blocks
