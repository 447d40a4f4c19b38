"""Third parties agree with the bundle: R where it is installed, and R irrCAC's golden values always."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from readers.models import Study
from tests.stats.bundle.conftest import bundle_of, rows_of
from tests.stats.golden import GOLDEN
from tests.stats.paper import CRITERIA

RSCRIPT = shutil.which("Rscript")
IRRCAC = {"pa": "percent", "fleiss": "fleiss", "conger": "conger", "bp": "bp", "alpha": "alpha"}
FIVE_DECIMALS = 5.1e-6


Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Write a line to the terminal, so that a run without R is never taken for one with it."""

    def line(text: str) -> None:
        with capsys.disabled():
            sys.stderr.write(f"\n[recompute.R] {text}\n")

    return line


def assert_numbers_are_irrcacs(files: dict[str, bytes]) -> int:
    """Every coefficient that R irrCAC printed for the paper's ratings; gives back how many."""
    found = {
        (row["subgroup"], row["criterion"], row["coefficient"], row["weights"]): row
        for row in rows_of(files["results/agreement.csv"])
    }
    n = 0
    for criterion in CRITERIA:
        golden = GOLDEN["paper_reconstruction_R"][criterion]
        expected = {
            ("all", "ac", "identity"): golden["ac1_q5"],
            ("surgeon", "ac", "identity"): golden["ac1_surgeons_q5"],
            ("all", "ac", "linear"): golden["ac2"]["linear"],
            ("all", "ac", "quadratic"): golden["ac2"]["quadratic"],
            **{("all", ours, "identity"): golden["other"][theirs] for theirs, ours in IRRCAC.items()},
        }
        for (subgroup, coefficient, weights), values in expected.items():
            row = found[subgroup, criterion, coefficient, weights]
            assert float(row["estimate"]) == pytest.approx(values["coeff.val"], abs=FIVE_DECIMALS)
            assert float(row["se"]) == pytest.approx(values["coeff.se"], abs=FIVE_DECIMALS)
            n += 1
    return n


def run(files: dict[str, bytes], folder: Path) -> subprocess.CompletedProcess[str]:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    assert RSCRIPT is not None
    return subprocess.run([RSCRIPT, "recompute.R"], cwd=folder, capture_output=True, text=True, check=False)


def check(files: dict[str, bytes], folder: Path) -> str:
    """Recompute in R, or without R hold the same numbers to the golden file; say which was done."""
    if RSCRIPT is None:
        return f"no Rscript here: {assert_numbers_are_irrcacs(files)} results held to the golden file instead"
    done = run(files, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "AGREES: 1860 comparisons." in done.stdout
    assert "Interacetabular distance                       Decreased       AC1 0.8294" in done.stdout
    return "recomputed by R: 1860 comparisons agree"


def test_results_are_those_of_irrcac(paper_bundle: dict[str, bytes]) -> None:
    assert assert_numbers_are_irrcacs(paper_bundle) == 54


def test_the_script_recomputes_both_tables(paper_bundle: dict[str, bytes], tmp_path: Path, say: Say) -> None:
    say(check(paper_bundle, tmp_path))


def test_a_rating_that_was_tampered_with_is_found(
    paper_bundle: dict[str, bytes], tmp_path: Path, say: Say
) -> None:
    """R and the golden file each notice one changed rating or result."""
    first = paper_bundle["results/agreement.csv"].decode().splitlines()[1].split(",")[4]
    wrong = paper_bundle["results/agreement.csv"].replace(first.encode(), b"0.61314")
    with pytest.raises(AssertionError):
        assert_numbers_are_irrcacs(paper_bundle | {"results/agreement.csv": wrong})
    if RSCRIPT is None:
        say("no Rscript here: a changed result was held to the golden file instead")
    else:
        wide = paper_bundle["wide/pelvis_ring.csv"].replace(b"V01,1,", b"V01,2,")
        assert wide != paper_bundle["wide/pelvis_ring.csv"]
        done = run(paper_bundle | {"wide/pelvis_ring.csv": wide}, tmp_path)
        assert done.returncode == 1
        assert "DIFFERENT" in done.stdout


@pytest.mark.parametrize("without_groups", [False, True])
def test_the_script_runs_on_a_small_study_shown_both_ways(
    read_here: Study, tmp_path: Path, without_groups: bool, say: Say
) -> None:
    files = bundle_of(read_here, without_groups=without_groups)
    groups = {row["subgroup"] for row in rows_of(files["results/agreement.csv"])}
    assert ("shown BA" in groups) is not without_groups
    if RSCRIPT is None:
        say("no Rscript here: only the subgroups of the small study were checked")
    else:
        done = run(files, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
