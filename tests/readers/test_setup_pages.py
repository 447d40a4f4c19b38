"""The five steps of the set-up: refused early with field and reason, left, resumed, made in one go."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from readers.models import (
    Assignment,
    AuditEvent,
    Criterion,
    Membership,
    Reader,
    Study,
    StudyDraft,
    StudyVideo,
)
from readers.protocol import document
from readers.protocol.document_file import example, parse, serialise
from readers.selectors.protocol import protocol_of
from tests.readers.conftest import CRITERIA, GROUP_A, GROUP_B, make_user, make_video

pytestmark = pytest.mark.django_db

GENERAL = {
    "title": "Pelvis",
    "slug": "pelvis",
    "notice": "",
    "group_a": GROUP_A,
    "group_b": GROUP_B,
    "question_template": "From {A} to {B}, how does the {criterion} change?",
    "conceal_direction": "on",
}
VIDEOS = {
    "n_training": "0",
    "n_exploratory": "2",
    "n_blinded": "2",
    "n_null": "0",
    "n_repeats": "0",
    "repeat_distance": "10",
    "n_common": "",
    "n_per_reader": "",
    "washout_days": "28",
    "washout_anchor": "latest",
    "allocation_seed": "7",
}
DISPLAY = {"tools": ["window", "zoom"], "fps": "30", "playback": "loop", "window": "255", "level": "127.5"}
READING = {"session_minutes": "45", "pause_minutes": "10", "sign_off_required": "on"} | {
    f"{phase}_{key}": value
    for phase in ("training", "exploratory", "blinded")
    for key, value in DISPLAY.items()
}
READER = {"username": "reader", "role": "reader", "code": "R1", "specialty": "surgeon"}


@pytest.fixture
def author():
    user = make_user("author")
    user.groups.add(Group.objects.get_or_create(name="coordinators")[0])
    return user


@pytest.fixture
def pages(as_user, author):
    return as_user(author)


@pytest.fixture
def draft(pages):
    pages.post("/studies/new/")
    return StudyDraft.objects.get()


def step(draft, number):
    return f"/studies/new/{draft.public_id}/{number}/"


def rows(*people):
    values = {"people-TOTAL_FORMS": len(people), "people-INITIAL_FORMS": 0}
    return values | {f"people-{i}-{key}": v for i, person in enumerate(people) for key, v in person.items()}


def walk(pages, draft, *, people=(), videos=(), **changes):
    """Fill in steps 1 to 4, with `changes` of single fields."""
    for number, values in enumerate((GENERAL, VIDEOS, READING), start=1):
        values = values | {key: value for key, value in changes.items() if key in values}
        assert pages.post(step(draft, number), values).status_code == 302
    chosen = {"videos": [str(video.pk) for video in videos]}
    return pages.post(step(draft, 4), rows(*people) | chosen)


def problem_of(response, name):
    assert response.status_code == 400
    return " ".join(response.context["form"].errors[name])


def test_five_steps_make_a_study_with_people_videos_and_a_first_version(pages, draft, author):
    make_user("reader")
    videos = [make_video(seed=i) for i in range(4)]
    untouched = {"username": "", "role": "reader", "code": "", "specialty": ""}
    assert walk(pages, draft, people=[READER, untouched], videos=videos).headers["Location"] == step(draft, 5)
    summary = pages.get(step(draft, 5)).content.decode()
    assert "Make the study" in summary
    assert "28 days of 24 hours" in summary
    assert not Study.objects.exists()

    made = pages.post(step(draft, 5))
    assert made.headers["Location"] == "/studies/pelvis/protocol/"
    study = Study.objects.get()
    assert Reader.objects.get().code == "R1"
    assert StudyVideo.objects.count() == Assignment.objects.count() == 4
    assert Membership.objects.get(user=author).role == "coordinator"
    version = study.protocol_versions.get()
    assert version.document == document.content(protocol_of(study))
    assert not StudyDraft.objects.exists()
    assert "study.created" in AuditEvent.objects.values_list("action", flat=True)


@pytest.mark.parametrize(
    ("number", "values", "field", "reason"),
    [
        (1, GENERAL | {"group_b": f"{GROUP_A} "}, "group_b", "same group"),
        (1, GENERAL | {"question_template": "How?"}, "question_template", "must contain {criterion}"),
        (1, GENERAL | {"slug": "new"}, "slug", "taken by a page"),
        (1, GENERAL | {"title": ""}, "title", "is empty"),
        (2, VIDEOS | {"washout_days": "27"}, "washout_days", "27 days is too short: under 28 days"),
        (2, VIDEOS | {"washout_days": "four"}, "washout_days", "whole number"),
        (2, VIDEOS | {"n_blinded": "0"}, "n_blinded", "1 is the least"),
        (2, VIDEOS | {"n_exploratory": "-1"}, "n_exploratory", "0 is the least"),
        (2, VIDEOS | {"n_blinded": "9"}, "n_blinded", "11 videos are needed and only 4 are free"),
        (2, VIDEOS | {"n_null": "1"}, "n_null", "1 videos are needed and only 0 are free"),
        (2, VIDEOS | {"n_repeats": "3"}, "n_repeats", "reads only 2"),
        (2, VIDEOS | {"n_common": "1"}, "n_per_reader", "need both numbers"),
        (2, VIDEOS | {"washout_anchor": "never"}, "washout_anchor", "never"),
        (3, READING | {"blinded_fps": "90"}, "blinded_fps", "60 is the most"),
        (3, READING | {"blinded_tools": ["laser"]}, "blinded_tools", "laser"),
        (3, READING | {"session_minutes": ""}, "session_minutes", "is empty"),
    ],
)
def test_a_step_refuses_what_is_impossible_beside_its_field(pages, draft, number, values, field, reason):
    pages.post(step(draft, 1), GENERAL)
    for seed in range(4):
        make_video(seed=seed)
    response = pages.post(step(draft, number), values)
    assert reason in problem_of(response, field)
    assert f'id="id_{field}_error"' in response.content.decode()
    draft.refresh_from_db()
    assert number not in draft.steps_done


def test_what_is_possible_is_kept_and_the_draft_resumed(pages, draft):
    pages.post(step(draft, 1), GENERAL | {"group_b": GROUP_A, "leave": "1"})
    page = pages.get("/studies/new/").content.decode()
    assert f'href="{step(draft, 1)}"' in page
    assert "0 of 4 steps done" in page
    assert f'value="{GROUP_A}"' in pages.get(step(draft, 1)).content.decode()
    pages.post(step(draft, 1), GENERAL | {"leave": "1"})
    assert f'href="{step(draft, 2)}"' in pages.get("/studies/new/").content.decode()


def test_videos_may_come_later(pages, draft):
    for number, values in enumerate((GENERAL, VIDEOS | {"videos_later": "on"}, READING), start=1):
        assert pages.post(step(draft, number), values).status_code == 302
    assert "The videos come later" in pages.get(step(draft, 4)).content.decode()
    assert pages.post(step(draft, 4), rows()).status_code == 302
    pages.post(step(draft, 5))
    assert Study.objects.exists()
    assert not StudyVideo.objects.exists()


def test_a_person_is_taken_out_by_emptying_the_row(pages, draft):
    make_user("reader")
    pages.post(step(draft, 2), VIDEOS | {"videos_later": "on"})
    pages.post(step(draft, 4), rows(READER))
    draft.refresh_from_db()
    assert [person["username"] for person in draft.people] == ["reader"]
    emptied = rows({"username": "", "role": "reader", "code": "", "specialty": ""})
    pages.post(step(draft, 4), emptied | {"people-INITIAL_FORMS": 1})
    draft.refresh_from_db()
    assert draft.people == []


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ([READER | {"username": "nobody"}], "There is no account “nobody”"),
        ([READER | {"code": ""}], "A reader needs a code"),
        ([READER | {"username": ""}], "Say whose row this is"),
        ([READER | {"specialty": ""}], "A reader needs a specialty"),
        ([READER, READER | {"username": "other"}], "Two readers have this code"),
        ([READER, {"username": "reader", "role": "analyst"}], "stands in two rows"),
    ],
)
def test_impossible_people_are_refused_in_their_row(pages, draft, people, reason):
    make_user("reader"), make_user("other")
    pages.post(step(draft, 2), VIDEOS | {"videos_later": "on"})
    response = pages.post(step(draft, 4), rows(*people))
    assert response.status_code == 400
    assert reason in response.content.decode()


def test_what_only_the_whole_shows_is_refused_in_the_summary_and_leaves_nothing(pages, draft, author):
    videos = [make_video(seed=i) for i in range(4)]
    walk(pages, draft, people=[READER | {"username": author.username}], videos=videos)
    assert "already has a role" in pages.get(step(draft, 5)).content.decode()
    assert pages.post(step(draft, 5)).status_code == 400
    walk(pages, draft, videos=videos[:3])
    assert "4 videos are needed" in pages.post(step(draft, 5)).content.decode()
    assert not Study.objects.exists()
    assert not AuditEvent.objects.exists()
    assert StudyDraft.objects.exists()


def test_a_summary_names_the_step_of_everything_that_is_missing(pages, draft):
    page = pages.get(step(draft, 5)).content.decode()
    assert "Title" in page
    assert f'href="{step(draft, 1)}"' in page
    assert "Make the study" not in page


def test_a_file_is_checked_whole_and_becomes_a_draft(pages):
    text = serialise(example(washout_days=35)).replace("criteria: []", "criteria:\n" + criteria_yaml())
    wrong = text.replace("days: 35", "days: 3").replace("fps: 30", "fsp: 30", 1)
    refused = pages.post("/studies/new/", {"protocol": SimpleUploadedFile("p.yaml", wrong.encode())})
    assert refused.status_code == 400
    assert "too short" in refused.content.decode()
    assert "Did you mean “fps”" in refused.content.decode()
    assert not StudyDraft.objects.exists()
    made = pages.post("/studies/new/", {"protocol": SimpleUploadedFile("p.yaml", text.encode())})
    draft = StudyDraft.objects.get()
    assert made.headers["Location"] == step(draft, 1)
    pages.post(step(draft, 2), VIDEOS | {"washout_days": "35", "videos_later": "on"})
    pages.post(step(draft, 4), rows())
    assert pages.post(step(draft, 5)).status_code == 302
    assert [criterion.key for criterion in Criterion.objects.all()] == ["ring", "distance"]


def criteria_yaml():
    entries = [f"  - {{key: {c['key']}, name: {c['name']}, anchors: {c['anchors']}}}" for c in CRITERIA]
    return "\n".join(entries)


def test_the_example_can_be_read_again(pages):
    response = pages.get("/studies/new/protocol.yaml")
    assert parse(response.content) == example()
    assert "attachment" in response.headers["Content-Disposition"]


def test_a_draft_is_its_authors_alone_and_can_be_thrown_away(pages, draft, as_user):
    other = make_user("other")
    other.groups.add(Group.objects.get(name="coordinators"))
    for address in (step(draft, 1), f"/studies/new/{draft.public_id}/discard/"):
        assert as_user(other).post(address).status_code == 404
    assert pages.post(f"/studies/new/{draft.public_id}/discard/").status_code == 302
    assert not StudyDraft.objects.exists()


def test_only_coordinators_set_studies_up(as_user, draft):
    page = as_user(make_user("stranger")).get("/studies/new/")
    assert page.status_code == 403
    assert "members of the group “coordinators”" in page.content.decode()


def test_the_outlook_says_what_numbers_ask_and_keeps_nothing(pages, draft):
    pages.post(step(draft, 1), GENERAL)
    numbers = VIDEOS | {"n_exploratory": "30", "n_blinded": "30", "washout_days": "20"}
    told = pages.post(f"/studies/new/{draft.public_id}/outlook/", numbers).json()
    assert "30 videos, about 50 minutes" in told["outlook"][0]
    assert "too short" in told["problems"]["washout_days"][0]
    draft.refresh_from_db()
    assert draft.values.get("n_exploratory") is None
