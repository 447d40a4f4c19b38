"""Changes of a protocol: versions with reasons and differences, and what is frozen from when on."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from readers.errors import RoleRequired, SetupError
from readers.models import AuditEvent, Study
from readers.protocol import document
from readers.protocol.settings import BY_NAME, SETTINGS, Stage
from readers.selectors.protocol import frozen_settings, protocol_of, version_history
from readers.services.protocol import change_protocol
from readers.services.reading import open_case
from readers.services.studies import create_study
from tests.readers.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user("coordinator")


@pytest.fixture
def study(coordinator):
    return create_study(
        by=coordinator, slug="pelvis", title="Pelvis", group_a="A", group_b="B", allocation_seed=1
    )


def test_a_change_is_a_new_version_with_reason_hash_and_differences(study, coordinator):
    version = change_protocol(
        study=study, changes={"washout_days": 42, "title": "Hip"}, reason="Longer memory", by=coordinator
    )
    assert version.number == 2
    assert version.sha256 == document.sha256(document.content(protocol_of(study)))
    latest, first = version_history(study)
    assert [(change.place, change.before, change.after) for change in latest.changes] == [
        ("title", "Pelvis", "Hip"),
        ("washout.days", 28, 42),
    ]
    assert latest.version.reason == "Longer memory"
    assert first.changes == []
    event = AuditEvent.objects.get(action="protocol.changed")
    assert event.details["settings"] == ["title", "washout.days"]


def test_no_difference_no_version_no_event(study, coordinator):
    assert change_protocol(study=study, changes={"washout_days": 28}, reason="None", by=coordinator) is None
    assert study.protocol_versions.count() == 1
    assert not AuditEvent.objects.filter(action="protocol.changed").exists()


@pytest.mark.parametrize(
    ("changes", "reason", "error", "message"),
    [
        ({"washout_days": 30}, " ", SetupError, "say why"),
        ({"washout_days": 27}, "Shorter", ValidationError, "cannot be shorter than 28"),
        ({"n_repeats": 31}, "More", ValidationError, "repeats"),
        ({"slug": "other"}, "Rename", SetupError, "can no longer change: Name in addresses"),
    ],
)
def test_refused_changes_leave_nothing(study, coordinator, changes, reason, error, message):
    with pytest.raises(error, match=message):
        change_protocol(study=study, changes=changes, reason=reason, by=coordinator)
    study.refresh_from_db()
    assert (study.washout_days, study.slug, study.n_repeats) == (28, "pelvis", 0)
    assert study.protocol_versions.count() == 1


def test_only_a_coordinator_changes_the_protocol(study):
    with pytest.raises(RoleRequired):
        change_protocol(study=study, changes={"washout_days": 30}, reason="Why", by=make_user("stranger"))


def test_a_study_from_before_versions_keeps_what_it_was(study, coordinator):
    old = Study(slug="old", title="Old", group_a="A", group_b="B", allocation_seed=2)
    old.save()
    coordinator.memberships.create(study=old, role="coordinator")
    change_protocol(study=old, changes={"washout_days": 30}, reason="Longer", by=coordinator)
    assert [version.document["washout"]["days"] for version in old.protocol_versions.all()] == [28, 30]


ANOTHER = {
    "group_a": "Z",
    "group_b": "Z",
    "question_template": "What of {criterion}?",
    "conceal_direction": False,
    "washout_anchor": "completion",
    "display": {"blinded": {"fps": 7}},
}


def other_value(study, name):
    if name in ANOTHER:
        return ANOTHER[name]
    value = getattr(study, name)
    if isinstance(value, bool):
        return not value
    return f"{value}x" if isinstance(value, str) else (value or 0) + 1


def refused_by_triggers(study):
    """Fields that the database alone does not let change, tried one by one."""
    refused = set()
    for name in {s.name if s.path[0] != "display" else "display" for s in SETTINGS}:
        value = other_value(study, name)
        try:
            with transaction.atomic():
                Study.objects.filter(pk=study.pk).update(**{name: value})
                transaction.set_rollback(True)
        except DatabaseError as refusal:
            if "frozen" in str(refusal):
                refused.add(name)
    return refused


def test_what_the_services_call_frozen_the_triggers_refuse(make_world, clock):
    world = make_world(n_common=2, n_per_reader=2, n_repeats=1, repeat_distance=1)
    reader = world.readers[0]

    def frozen():
        settings = frozen_settings(world.study)
        return {s.name if s.path[0] != "display" else "display" for s in settings} - {"slug"}

    drawn = frozen()
    assert "n_blinded" in drawn
    assert "washout_days" not in drawn
    assert refused_by_triggers(world.study) == drawn
    world.finish_exploratory(reader)
    world.lock_form()
    world.study.refresh_from_db()
    locked = frozen()
    assert locked - drawn >= {"washout_days", "group_a", "question_template", "sign_off_required"}
    assert refused_by_triggers(world.study) - {"slug"} == locked
    clock.move_to(world.opens_at(reader))
    open_case(public_id=world.current(reader).public_id, by=reader.user)
    assert frozen() == {s.name if s.path[0] != "display" else "display" for s in SETTINGS} - {"title", "slug"}
    assert refused_by_triggers(world.study) - {"slug"} == frozen()


def test_every_stage_is_told(make_world):
    assert {setting.frozen for setting in BY_NAME.values()} == set(Stage)
