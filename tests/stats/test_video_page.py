"""Looking at a rated video again: for analysts who are no readers of it, in any study."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from generation.models import Video
from readers.models import Reader, Study, StudyVideo
from readers.services.form import lock_form
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria
from tests.readers.conftest import frame_folder, make_video
from tests.stats.conftest import ANCHORS, person, score


@pytest.fixture
def film(db: None) -> Video:
    return make_video(seed=7)


@pytest.fixture
def filmed(people: dict[str, User], film: Video) -> Study:
    """A study of two videos, of which the first is rendered and rated by one of two readers."""
    by = people["coordinator"]
    study = create_study(
        by=by,
        slug="filmed",
        title="Filmed",
        group_a="Young",
        group_b="Old",
        n_exploratory=0,
        n_blinded=2,
        washout_anchor="last_exposure",
        sign_off_required=False,
        allocation_seed=1,
    )
    set_criteria(study=study, criteria=[{"key": "size", "name": "Size", "anchors": ANCHORS}], by=by)
    for label, video in (("V01", film), ("V02", None)):
        StudyVideo.objects.create(study=study, label=label, phase="blinded", direction="AB", video=video)
    for code in ("R1", "R2"):
        enrol_reader(study=study, user=person(f"reader-{code}"), code=code, specialty="surgeon", by=by)
    for role in ("analyst", "monitor"):
        grant_role(study=study, user=people[role], role=role, by=by)
    lock_form(study=study, by=by)
    study.refresh_from_db()
    score(study, "R1", "V01", 4)
    return study


@pytest.fixture
def analyst(client: Client, filmed: Study) -> Client:
    client.force_login(person("analyst"))
    return client


def page(label: str = "V01", rest: str = "") -> str:
    return f"/studies/filmed/results/videos/{label}/{rest}"


def test_frames_and_answers(analyst: Client, film: Video) -> None:
    text = analyst.get(page()).content.decode()
    assert text.count("<img") == 4
    assert "From Young to Old; readers saw it A → B, in the blinded phase." in text
    assert '<td class="number">4</td>' in text
    response = analyst.get(page(rest="2.png"))
    assert response.content == (frame_folder(film) / "0002.png").read_bytes()
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_list_links_to_it_only_where_frames_are_held(analyst: Client, filmed: Study) -> None:
    score(filmed, "R2", "V01", 2)
    for reader, value in (("R1", 5), ("R2", 1)):
        score(filmed, reader, "V02", value)
    text = analyst.get("/studies/filmed/results/figures/").content.decode()
    assert f'<a href="{page()}">V01</a>' in text
    assert '<th scope="row">V02</th>' in text


@pytest.mark.parametrize("rest", ["", "0.png"])
def test_who_may(client: Client, filmed: Study, people: dict[str, User], rest: str) -> None:
    statuses = {}
    for name in ("analyst", "coordinator", "monitor", "reader-R1", "stranger"):
        client.force_login(person(name))
        statuses[name] = client.get(page(rest=rest)).status_code
    assert statuses == {"analyst": 200, "coordinator": 403, "monitor": 403, "reader-R1": 404, "stranger": 404}
    client.logout()
    assert client.get(page(rest=rest)).status_code == 302


@pytest.mark.parametrize("rest", ["", "0.png"])
def test_an_analyst_who_reads_the_same_video_in_another_study_is_refused(
    analyst: Client, people: dict[str, User], film: Video, rest: str
) -> None:
    other = create_study(
        by=people["coordinator"],
        slug="other",
        title="Other",
        group_a="Young",
        group_b="Old",
        n_exploratory=0,
        n_blinded=1,
        allocation_seed=1,
    )
    StudyVideo.objects.create(study=other, label="X", phase="blinded", direction="AB", video=film)
    Reader.objects.create(study=other, user=people["analyst"], code="R9", specialty="other")
    response = analyst.get(page(rest=rest))
    assert response.status_code == 403
    assert b"You are a reader of this video" in response.content


@pytest.mark.parametrize("rest", ["4.png", "99.png", "-1.png", "x.png"])
def test_frames_that_there_are_not(analyst: Client, rest: str) -> None:
    assert analyst.get(page(rest=rest)).status_code == 404


@pytest.mark.parametrize("label", ["V02", "V99"])
def test_videos_that_are_not_held(analyst: Client, label: str) -> None:
    assert analyst.get(page(label)).status_code == 404
