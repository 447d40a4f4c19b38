from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generation.imaging.dicom import read_dicom
from generation.imaging.perceptual import BITS, WITHIN, near_pairs, perceptual_hash


def bits_apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def films(jordan: list[Path]) -> list[np.ndarray]:
    pictures = [read_dicom(path) for path in jordan]
    return [picture.grey(picture.stored_values()) for picture in pictures]


def test_rescaled_rewindowed_and_compressed_films_are_near_their_own(
    jordan: list[Path], tmp_path: Path
) -> None:
    for grey in films(jordan):
        image = Image.fromarray(grey)
        image.save(tmp_path / "x.jpg", quality=60)
        changed = [
            np.asarray(image.resize((200, 200), Image.Resampling.BICUBIC)),
            (255 * (grey / 255.0) ** 0.8).astype(np.uint8),
            np.asarray(Image.open(tmp_path / "x.jpg")),
        ]
        for other in changed:
            assert bits_apart(perceptual_hash(grey), perceptual_hash(other)) <= WITHIN


def test_films_of_different_people_are_far_apart(jordan: list[Path]) -> None:
    """Of the ten published files two hold the same pixels."""
    hashes = [perceptual_hash(grey) for grey in films(jordan)]
    pairs = near_pairs(hashes)
    assert [(i, j) for i, j, bits in pairs if bits == 0] == [(i, j) for i, j, _ in pairs]
    assert len(pairs) == 1


@given(st.lists(st.integers(0, 2**BITS - 1), max_size=12), st.data())
def test_near_pairs_are_those_that_comparing_all_finds(values: list[int], data: st.DataObject) -> None:
    for value in values[:4]:
        flips = data.draw(st.lists(st.integers(0, BITS - 1), max_size=20, unique=True))
        values.append(value ^ sum(1 << flip for flip in flips))
    hashes = [f"{value:064x}" for value in values]
    all_pairs = [(i, j, bits_apart(hashes[i], hashes[j])) for j in range(len(hashes)) for i in range(j)]
    assert near_pairs(hashes) == sorted(pair for pair in all_pairs if pair[2] <= WITHIN)


def test_a_wider_reach_than_the_bands_can_prove_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 15"):
        near_pairs(["00" * 32] * 2, within=16)
