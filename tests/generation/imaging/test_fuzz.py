"""A short run of benchmarks/fuzz_ingest.py: every mutant gives a reading, a reason, or costs only itself."""

from __future__ import annotations

from pathlib import Path

from benchmarks.fuzz_ingest import fuzz, mutant, sources


def test_mutants_cost_nothing_but_themselves(tmp_path: Path) -> None:
    counted, slowest, peak = fuzz(240, 7, 1, tmp_path)
    assert counted.total() == 240
    assert counted["read"] > 20
    assert counted["damaged"] > 20
    assert counted["ended its process"] < 10
    assert slowest < 60
    assert peak < 1_000_000_000


def test_a_mutant_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    files = sources(tmp_path)
    assert [mutant(1, number, files) for number in range(30)] == [mutant(1, n, files) for n in range(30)]
    assert mutant(1, 0, files) != mutant(2, 0, files)
