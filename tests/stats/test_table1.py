"""Table 1 from the database: the cohort and the model behind a study's videos."""

from __future__ import annotations

import statistics

import pytest
from django.test import Client

from generation.models import Cohort, Radiograph, TrainedModel, Video
from readers.models import Study, StudyVideo
from stats.report import Selection
from stats.tables import NO_COHORT, NoTable, study_table
from tests.stats.conftest import person

# patient, sex, age, bmi, group
PEOPLE = [
    ("p1", "F", 60.0, 25.0, "young"),
    ("p1", "F", 62.0, None, "young"),
    ("p2", "M", 70.0, 31.0, "young"),
    ("p3", "", None, 28.0, "old"),
    ("p4", "F", 80.0, 22.0, "old"),
    ("p5", "M", 81.0, 24.0, "old"),
    ("p6", "M", 40.0, 24.0, "elsewhere"),
]


@pytest.fixture
def cohort(db: None) -> Cohort:
    cohort = Cohort.objects.create(name="pelves", title="Pelves", source="A registry, CC BY")
    for i, (patient, sex, age, bmi, group) in enumerate(PEOPLE):
        Radiograph.objects.create(
            cohort=cohort,
            patient=patient,
            sex=sex,
            age=age,
            bmi=bmi,
            group=group,
            pixel_sha256=f"{i:064}",
            image=f"{i}.png",
            **dict.fromkeys(("rows", "columns", "source_rows", "source_columns"), 64),
        )
    return cohort


@pytest.fixture
def model(cohort: Cohort) -> TrainedModel:
    config = {"model": {"unet": {"image_size": 64}}}
    return TrainedModel.objects.create(
        name="m",
        folder="m",
        weights_sha256="a" * 64,
        config=config,
        conditions={},
        image_size=64,
        cohort=cohort,
    )


def film(model: TrainedModel, seed: int, group_from: str = "young") -> Video:
    return Video.objects.create(
        trained_model=model,
        spec={},
        spec_sha256=f"{seed:064}",
        group_from=group_from,
        group_to="old",
        seed=seed,
        n_frames=2,
        width=64,
        height=64,
    )


@pytest.fixture
def study(model: TrainedModel) -> Study:
    study = Study.objects.create(
        slug="filmed",
        title="Filmed",
        group_a="Young people",
        group_b="Old people",
        n_exploratory=0,
        n_blinded=3,
        allocation_seed=1,
    )
    for seed in (1, 2):
        StudyVideo.objects.create(
            study=study,
            label=f"V{seed}",
            phase="blinded",
            direction="AB",
            video=film(model, seed),
            noise_seed=seed,
        )
    study.memberships.create(user=person("analyst"), role="analyst")
    return study


def test_the_cohort_by_the_groups_of_the_videos(study: Study) -> None:
    table = study_table(study, "table1", Selection())
    assert [column.title for column in table.columns[1:4]] == ["All", "Young people", "Old people"]
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:4]] for row in table.rows}
    assert rows["Radiographs"] == ["7", "3", "3"]
    assert rows["Patients"] == ["6", "2", "3"]
    assert rows["Female"] == ["3 (50.0 %)", "2 (66.7 %)", "1 (50.0 %)"]
    ages = [row[2] for row in PEOPLE if row[2] is not None]
    assert rows["Age in years"][0] == f"{statistics.mean(ages):.1f} ({statistics.stdev(ages):.1f})"
    assert rows["Body mass index in kg/m²"][1:] == ["28.0 (4.2)", "24.7 (3.1)"]
    assert "Source: A registry, CC BY" in table.notes


def test_the_page_the_api_and_a_file_hold_it(client: Client, study: Study) -> None:
    client.force_login(person("analyst"))
    page = client.get("/studies/filmed/results/").content.decode()
    assert 'id="table1"' in page
    assert 'id="table1m"' in page
    assert (
        client.get("/api/v1/studies/filmed/tables/1m/").json()["rows"][0]["cells"][1]["text"] == "1 × 64 × 64"
    )
    assert "Young people" in client.get("/studies/filmed/results/table1.md").content.decode()


def test_other_videos_in_the_study_are_mentioned(study: Study, model: TrainedModel) -> None:
    StudyVideo.objects.create(
        study=study,
        label="V3",
        phase="blinded",
        direction="AB",
        video=film(model, 3, "elsewhere"),
        noise_seed=3,
    )
    table = study_table(study, "table1", Selection())
    assert any("the one of 2 of 3 videos" in note for note in table.notes)


def test_a_model_without_its_cohort_has_hyper_parameters_alone(study: Study, model: TrainedModel) -> None:
    model.cohort = None
    model.save()
    assert study_table(study, "table1m", Selection()).rows
    with pytest.raises(NoTable, match=str(NO_COHORT)):
        study_table(study, "table1", Selection())
