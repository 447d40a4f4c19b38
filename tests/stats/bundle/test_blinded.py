"""The blinded bundle tells no group and no direction."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from pyarrow import parquet

from readers.models import Study
from stats.bundle.files import StudyRecord, blinded, bundle_files
from stats.bundle.selectors import study_record
from stats.ordinal import a_to_b
from tests.stats.bundle.conftest import bundle_of, rows_of

TELLING = (
    "Young-people",
    "Old-people",
    "young-and-old",
    "How hips",
    "Finer-in-B",
    "Coarser-in-B",
    "987654321",
    "score_ab",
    "label_ab",
)


def turned_round(record: StudyRecord) -> StudyRecord:
    """The same scores as shown of a study between other groups, every video in the other direction."""
    directions = ["BA" if direction == "AB" else "AB" for direction in record.ratings["direction"]]
    codes = [a_to_b(s, d) for s, d in zip(record.ratings["score"], directions, strict=True)]
    anchors = record.facts.criteria[0].anchors
    ratings = record.ratings.assign(
        study="another", direction=directions, score_ab=codes, label_ab=[anchors[code - 1] for code in codes]
    )
    facts = replace(record.facts, slug="another", title="Another", group_a="East", group_b="West")
    return replace(record, facts=facts, ratings=ratings, allocation_seed=5)


def test_it_is_the_same_whichever_way_the_videos_ran(read_here: Study) -> None:
    record = study_record(read_here)
    other = turned_round(record)
    assert bundle_files(record) != bundle_files(other)
    assert bundle_files(blinded(record)) == bundle_files(blinded(other))


def test_no_file_has_a_word_that_tells(read_here: Study) -> None:
    told, untold = bundle_of(read_here), bundle_of(read_here, without_groups=True)
    everything = b"\n".join([name.encode() + content for name, content in untold.items()]).decode(
        errors="replace"
    )
    assert [word for word in TELLING if word in everything] == []
    unblinded = b"\n".join(told.values()).decode(errors="replace")
    assert [word for word in TELLING if word not in unblinded] == []


def test_columns_and_files_left_out(read_here: Study) -> None:
    files = bundle_of(read_here, without_groups=True)
    left_out = set(bundle_of(read_here)) - set(files)
    assert {name for name in left_out if not name.startswith(("tables/", "figures/"))} == {
        "notes.csv",
        "videos.csv",
        "imrmc/ratings.imrmc",
        "imrmc/key.csv",
    }
    assert not [name for name in files if name.startswith(("tables/", "figures/"))]
    columns = {"direction", "score_ab", "label_ab"}
    assert not columns & set(rows_of(files["ratings.csv"])[0])
    assert not columns & set(parquet.read_table(io.BytesIO(files["ratings.parquet"])).column_names)
    assert not columns & {row["column"] for row in rows_of(files["codebook.csv"])}
    fields = json.loads(files["datapackage.json"])["resources"][0]["schema"]["fields"]
    assert not columns & {field["name"] for field in fields}


def test_results_are_of_the_scores_as_shown(read_here: Study) -> None:
    """V01 got 5 and 5, V02 (shown B→A) 1 and 2: turned, that is 5 and 4."""
    told = json.loads(bundle_of(read_here)["results/results.json"])
    untold = json.loads(bundle_of(read_here, without_groups=True)["results/results.json"])
    assert told["results"][0]["counts"] == [0, 0, 0, 1, 3]
    assert untold["results"][0]["counts"] == [1, 1, 0, 0, 2]
    assert (told["variant"], untold["variant"]) == ("unblinded", "blinded")
    assert untold["codes"].startswith("as shown")


@pytest.mark.parametrize("conceal", [True, False])
def test_the_question_stays_only_where_it_names_no_group(read_here: Study, conceal: bool) -> None:
    record = study_record(read_here)
    question = "From the first to the last frame" if conceal else "From Young-people to Old-people"
    given = replace(record, conceal_direction=conceal, facts=replace(record.facts, question=question))
    assert blinded(given).facts.question == (question if conceal else "")
