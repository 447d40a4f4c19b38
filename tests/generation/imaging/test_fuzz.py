"""A short run of benchmarks/fuzz_ingest.py: every mutant gives a reading, a reason, or costs only itself."""

from __future__ import annotations

from pathlib import Path

from benchmarks.fuzz_ingest import fuzz, mutant, sources


def test_mutants_cost_nothing_but_themselves(tmp_path: Path) -> None:
    outcome = fuzz(240, 7, 1, tmp_path)
    assert outcome.counted.total() == 240
    assert outcome.counted["read"] > 20
    assert outcome.counted["damaged"] > 20
    assert len(outcome.ended) < 10
    assert outcome.slowest < 60
    assert outcome.peak < 1_000_000_000


def test_a_mutant_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    files = sources(tmp_path)
    assert [mutant(1, number, files) for number in range(30)] == [mutant(1, n, files) for n in range(30)]
    assert mutant(1, 0, files) != mutant(2, 0, files)
