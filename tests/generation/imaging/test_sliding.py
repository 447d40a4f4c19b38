"""The fast opening against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from generation.imaging.sliding import opening


@pytest.mark.parametrize("size", [7, 9, 15, 31])
@given(picture=arrays(np.uint8, st.tuples(st.integers(1, 50), st.integers(1, 50))))
def test_an_opening_is_scipys(size: int, picture: np.ndarray) -> None:
    theirs = ndimage.maximum_filter(ndimage.minimum_filter(picture, size=size), size=size)
    assert np.array_equal(opening(picture, size), theirs)
