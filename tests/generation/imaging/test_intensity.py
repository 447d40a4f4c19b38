from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixels import apply_windowing

from generation.imaging import intensity


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), [(2048, 4096), (2047.5, 1000), (100, 2.5), (-40, 400)])
def test_window_agrees_with_pydicom(function: str, center: float, width: float) -> None:
    values = np.arange(0, 4096)
    dataset = Dataset()
    dataset.PhotometricInterpretation, dataset.BitsStored, dataset.PixelRepresentation = "MONOCHROME2", 12, 0
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = center, width, function

    expected = apply_windowing(values, dataset) / 4095

    np.testing.assert_allclose(
        intensity.window(values, center=center, width=width, function=function), expected, atol=1e-12
    )


def test_window_of_width_one_is_a_threshold() -> None:
    assert intensity.window(np.array([9, 10, 11]), center=10.5, width=1).tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("function", "width"), [("LINEAR", 0.5), ("SIGMOID", 0), ("LINEAR_EXACT", -1), ("LINEAR", np.inf)]
)
def test_a_width_that_the_standard_forbids_is_refused(function: str, width: float) -> None:
    with pytest.raises(ValueError, match="width"):
        intensity.window(np.arange(4), center=1, width=width, function=function)


@settings(deadline=None)
@given(st.lists(st.integers(-40_000, 65_535), min_size=2, max_size=300))
def test_percentiles_are_numpys_nearest_ranks(sample: list[int]) -> None:
    stored = np.array(sample)
    low, high = np.percentile(stored, [0.5, 99.5], method="inverted_cdf")
    first, last = intensity.value_range(stored)
    values = np.arange(first, last + 1)

    fractions = intensity.percentile_range(values, intensity.value_counts(stored))

    if high > low:
        np.testing.assert_allclose(fractions, (values - low) / (high - low))
    else:
        assert stored.min() == stored.max() or (fractions.min(), fractions.max()) == (0, 1)


def test_an_image_of_one_value_is_black() -> None:
    counts = np.array([7])
    assert intensity.percentile_range(np.array([1234]), counts).tolist() == [0]


def test_a_descending_mapping_keeps_its_direction() -> None:
    """A negative rescale slope: larger stored values are darker."""
    fractions = intensity.percentile_range(-np.arange(100), np.ones(100, dtype=int))
    assert fractions[0] == 1
    assert fractions[-1] == 0


def test_8_bit_values_are_their_own_grey_levels() -> None:
    ramp = np.arange(256)
    assert np.array_equal(intensity.to_grey(intensity.full_range(ramp, 8)), ramp)


def test_lookup_takes_the_end_entries_outside_the_table() -> None:
    table = np.array([10, 20, 30])
    assert intensity.lookup(np.array([-5, 4, 5, 6, 99]), first=4, table=table).tolist() == [
        10,
        10,
        20,
        30,
        30,
    ]


def test_luma_agrees_with_pillow_and_keeps_equal_channels() -> None:
    colour = np.random.default_rng(1).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    pillow = np.asarray(Image.fromarray(colour).convert("L"))
    assert np.abs(intensity.luma(colour) - pillow.astype(int)).max() <= 1

    equal = np.repeat(np.arange(0, 65_536, 255, dtype=np.uint16)[:, None], 3, axis=1)[None]
    assert np.array_equal(intensity.luma(equal)[0], equal[0, :, 0])


@given(arrays(st.sampled_from([np.uint8, np.int8, np.uint16, np.int16]), array_shapes(max_dims=2)))
def test_a_table_gives_what_each_pixel_would_give_alone(stored: np.ndarray) -> None:
    def levels(values: np.ndarray) -> np.ndarray:
        return (values // 3 % 256).astype(np.uint8)

    assert np.array_equal(intensity.map_values(stored, levels), levels(stored.astype(np.int64)))
    first, _ = intensity.value_range(stored)
    counts = intensity.value_counts(stored)
    assert {first + place: n for place, n in enumerate(counts) if n} == Counter(stored.ravel().tolist())
