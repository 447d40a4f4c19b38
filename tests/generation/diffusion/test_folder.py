"""Files of a checkpoint folder: whole under their name, or not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from generation.diffusion.folder import write_atomic

MEGABYTE = 1 << 20


def test_threads_that_write_one_path_leave_the_whole_file_of_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    contents = [bytes([value]) * MEGABYTE for value in range(8)]
    with ThreadPoolExecutor(len(contents)) as threads:
        list(threads.map(lambda data: write_atomic(path, data), contents * 3))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomic(folder, b"never a folder")
    assert list(tmp_path.iterdir()) == [folder]
