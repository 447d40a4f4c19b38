"""From the database to the frame that every table is made from."""

from __future__ import annotations

from readers.models import Study
from stats.selectors import progress, study_facts, study_ratings
from tests.stats.conftest import score


def test_only_submitted_cases_and_only_the_latest_answer_count(running: Study) -> None:
    score(running, "R1", "V01", 2, 4)
    score(running, "R2", "V01", 5, submit=False)
    frame = study_ratings(running)
    assert frame[["video", "reader", "score"]].values.tolist() == [["V01", "R1", 4]]
    assert progress(running) == (1, 4)


def test_answers_are_kept_as_shown_and_turned_for_the_tables(running: Study) -> None:
    score(running, "R1", "V01", 5)
    score(running, "R1", "V02", 5)
    frame = study_ratings(running).set_index("video")
    assert frame["score"].to_dict() == {"V01": 5, "V02": 5}
    assert frame["score_ab"].to_dict() == {"V01": 5, "V02": 1}


def test_a_study_without_ratings_gives_an_empty_frame_with_its_columns(running: Study) -> None:
    frame = study_ratings(running)
    assert frame.empty
    assert {"criterion", "reader", "score_ab"} <= set(frame.columns)


def test_facts_are_the_study_s_own_words(reconstruction: Study) -> None:
    facts = study_facts(reconstruction)
    assert (
        facts.question
        == "With transitioning from White to African American, how does the [criterion] change?"
    )
    assert [c.name for c in facts.criteria] == [
        "Pelvis ring",
        "Obturator foramen",
        "Interacetabular distance",
        "Femoral neck-shaft angle",
        "Medial femoral metaphyseal cortical thickness",
        "Osteoarthritis severity",
    ]
    assert facts.criteria[1].anchors[0] == "Becomes much more elliptical"
    assert "Synthetic reconstruction" in facts.notice
