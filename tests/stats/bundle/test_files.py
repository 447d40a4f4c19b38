"""What is in the bundle, held to what it was made from and to the formats' own rules."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
import time_machine
from pyarrow import parquet

from readers.models import Study
from stats.bundle.exports import export_bundle
from stats.report import FORMATS
from tests.stats.bundle.conftest import BLINDED_FROM, START, bundle_of, rows_of
from tests.stats.paper import CRITERIA, paper_columns

Bundle = dict[str, bytes]


def test_every_file_is_there_and_has_its_hash(paper_bundle: Bundle) -> None:
    sums = dict(line.split("  ")[::-1] for line in paper_bundle.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in paper_bundle.items()}
    wide = {f"wide/{criterion}.csv" for criterion in CRITERIA}
    keys = ("table2", "table2s", "table3", "table3s", "table3c", "discordant")
    tables = {f"tables/{key}.{suffix}" for key in keys for suffix in FORMATS}
    figures = {f"figures/{key}.svg" for key in ("likert", "forest", "matrix", "order")}
    results = {
        "results/results.json",
        "results/agreement.csv",
        "results/frequencies.csv",
        "results/comparisons.csv",
    }
    others = {
        "acts.csv",
        "README.md",
        "codebook.csv",
        "codebook.md",
        "criteria.csv",
        "datapackage.json",
        "grras.csv",
        "grras.md",
        "imrmc/key.csv",
        "imrmc/ratings.imrmc",
        "not_judged.csv",
        "notes.csv",
        "ratings.csv",
        "ratings.parquet",
        "readers.csv",
        "reading_times.csv",
        "recompute.R",
        "redcap_data_dictionary.csv",
        "videos.csv",
    }
    assert set(paper_bundle) == wide | tables | figures | results | others


@pytest.mark.parametrize("without_groups", [False, True])
def test_equal_data_give_equal_bytes(reconstruction: Study, without_groups: bool) -> None:
    with time_machine.travel("2031-05-06T07:08:09Z"):
        first = export_bundle(study=reconstruction, without_groups=without_groups, by=None)
    assert export_bundle(study=reconstruction, without_groups=without_groups, by=None) == first


def test_tidy_and_wide_ratings_are_the_papers(paper_bundle: Bundle) -> None:
    tidy = rows_of(paper_bundle["ratings.csv"])
    assert len(tidy) == 720
    for criterion in CRITERIA:
        columns = paper_columns(criterion)
        pairs = zip(columns["video"], columns["reader"], strict=True)
        expected = dict(zip(pairs, map(str, columns["score"]), strict=True))
        part = [row for row in tidy if row["criterion"] == criterion]
        assert {(row["video"], row["reader"]): row["score_ab"] for row in part} == expected
        wide = rows_of(paper_bundle[f"wide/{criterion}.csv"])
        assert {(r["video"], k): v for r in wide for k, v in r.items() if k != "video"} == expected


def test_the_notice_of_made_up_data_is_on_every_page(reconstruction: Study, paper_bundle: Bundle) -> None:
    for name in ("README.md", "codebook.md", "grras.md", "datapackage.json", "results/results.json"):
        assert reconstruction.notice in paper_bundle[name].decode(), name
    assert {row["notice"] for row in rows_of(paper_bundle["ratings.csv"])} == {reconstruction.notice}
    assert reconstruction.notice in paper_bundle["imrmc/ratings.imrmc"].decode()


def test_direction_version_and_duration(read_here: Study) -> None:
    rows = {(r["reader"], r["video"]): r for r in rows_of(bundle_of(read_here)["ratings.csv"])}
    assert len(rows) == 4
    changed, turned = rows["R1", "V01"], rows["R2", "V02"]
    assert (changed["score"], changed["score_ab"], changed["version"]) == ("5", "5", "2")
    assert (turned["direction"], turned["score"], turned["label"]) == ("BA", "2", "less")
    assert (turned["score_ab"], turned["label_ab"], turned["version"]) == ("4", "more", "1")
    # Opened at 0 s and again at 30 s, submitted at 120 s.
    assert {(row["openings"], row["duration_s"]) for row in rows.values()} == {("2", "90.0")}
    assert all(row["criterion_name"] == "'=Size" for row in rows.values())


def test_parquet_has_the_same_values_with_types(read_here: Study) -> None:
    files = bundle_of(read_here)
    table = parquet.read_table(io.BytesIO(files["ratings.parquet"]))
    assert str(table.schema.field("submitted_at").type) == "timestamp[us, tz=UTC]"
    tidy = rows_of(files["ratings.csv"])
    for given, row in zip(tidy, table.to_pylist(), strict=True):
        texts = {k: v.isoformat() if hasattr(v, "isoformat") else str(v) for k, v in row.items()}
        assert texts | {"criterion_name": "'=Size"} == given


def test_an_opening_that_is_not_on_record_stays_empty(paper_bundle: Bundle) -> None:
    cells = {
        (row["openings"], row["opened_at"], row["duration_s"]) for row in rows_of(paper_bundle["ratings.csv"])
    }
    assert cells == {("0", "", "")}
    table = parquet.read_table(io.BytesIO(paper_bundle["ratings.parquet"]))
    assert table.column("opened_at").null_count == table.column("duration_s").null_count == 720


def test_every_cell_keeps_the_data_packages_rules(read_here: Study) -> None:
    files = bundle_of(read_here)
    package = json.loads(files["datapackage.json"])
    assert [resource["path"] for resource in package["resources"]] == [
        "ratings.csv",
        "readers.csv",
        "wide/size.csv",
    ]
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = rows_of(content)
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == list(rows[0])
        for field in fields:
            rules = field.get("constraints", {})
            for row in rows:
                cell = row[field["name"]]
                assert cell or "required" not in rules
                assert not cell or cell in [str(value) for value in rules.get("enum", [cell])]


def test_redcap_dictionary(paper_bundle: Bundle) -> None:
    rows = rows_of(paper_bundle["redcap_data_dictionary.csv"])
    assert len(rows[0]) == 18
    assert (rows[0]["Variable / Field Name"], rows[0]["Field Type"]) == ("record_id", "text")
    ring = next(row for row in rows if row["Variable / Field Name"] == "pelvis_ring")
    assert ring["Field Type"] == "radio"
    assert ring["Choices, Calculations, OR Slider Labels"] == (
        "1, Becomes much more elongated | 2, Becomes slightly elongated | 3, Does not change | "
        "4, Becomes slightly more round | 5, Becomes much more round"
    )


def test_imrmc_file_reads_as_its_readers_read_it(read_here: Study) -> None:
    files = bundle_of(read_here)
    header, data = files["imrmc/ratings.imrmc"].decode().split("BEGIN DATA:\n")
    sizes = dict(line.split(": ") for line in header.splitlines() if line[:2] in ("N0", "N1", "NR", "NM"))
    assert sizes == {"N0": "1", "N1": "1", "NR": "2", "NM": "1"}
    assert [tuple(map(int, line.split(","))) for line in data.splitlines()] == [
        (-1, 1, 0, 1),  # V01 was shown A→B
        (-1, 2, 0, 0),
        (1, 1, 1, 5),
        (1, 2, 1, 1),
        (2, 1, 1, 5),
        (2, 2, 1, 2),
    ]
    assert rows_of(files["imrmc/key.csv"])[2] == {"kind": "case", "number": "1", "name": "V01"}


def test_grras_of_a_study_that_was_read_here(read_here: Study) -> None:
    files = bundle_of(read_here)
    items = {int(row["item"]): row for row in rows_of(files["grras.csv"])}
    assert list(items) == list(range(1, 16))
    # The first reader's washout was 30 days, the second one's 41.25.
    assert "minimum 30.0, median 35.6, maximum 41.3 days (2 readers)" in items[8]["answer"]
    assert "1 video shown A→B, 1 video B→A" in items[8]["answer"]
    assert "did not tell readers" in items[8]["answer"]
    assert "1 of 4 ratings had been changed" in items[9]["answer"]
    assert "2 readers, 2 videos, 4 ratings; 4 of 4 cases submitted" in items[11]["answer"]
    assert "1 surgeon, 1 radiologist" in items[12]["answer"]
    assert {number for number, row in items.items() if row["source"] == "authors"} == {3, 4, 5, 14}
    days = [float(row["washout_days"]) for row in rows_of(files["readers.csv"])]
    assert days == pytest.approx(list(BLINDED_FROM.values())), START


def test_grras_claims_nothing_of_ratings_that_nobody_gave_here(paper_bundle: Bundle) -> None:
    items = {int(row["item"]): row for row in rows_of(paper_bundle["grras.csv"])}
    assert items[8]["answer"].startswith("No viewing is on record")
    assert {number for number, row in items.items() if row["source"] == "authors"} == {3, 4, 5, 7, 9, 14}
    assert "Interacetabular distance 0.83 (0.71 to 0.94)" in items[13]["answer"]


def test_results_name_options_seeds_and_versions(paper_bundle: Bundle) -> None:
    found = json.loads(paper_bundle["results/results.json"])
    assert found["options"]["bootstrap"] == {
        "of": "AC1, over videos",
        "resamples": 2000,
        "seed": 0,
        "generator": "numpy PCG64",
    }
    assert {"python", "numpy", "scipy", "pandas"} <= set(found["versions"])
    assert {group["subgroup"] for group in found["results"]} == {"all", "radiologist", "surgeon"}
    assert len(found["results"]) == 18
    assert all(len(group["coefficients"]) == 18 for group in found["results"])


def test_an_unfinished_study_says_so(running_half: Study) -> None:
    files = bundle_of(running_half)
    assert "Interim: 1 of 4 cases are submitted" in files["README.md"].decode()
    only = json.loads(files["results/results.json"])["results"][0]["coefficients"][0]
    assert (only["estimate"], only["not_estimable"]) == (None, "only one reader rated")
