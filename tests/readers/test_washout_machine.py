"""No sequence of calls opens a blinded video early: hypothesis plays the services, the clock, the database.

Two accounts are kept beside the software. `seen`, `submitted` and `locked` are true times, which a clock that
is set back does not change: nothing blinded may be shown before the anchored moment in true time. And the
rows on record, from which the earliest moment that a trigger may let through is worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from readers.errors import ProtocolError
from readers.models import Answer, Assignment, Criterion, Exposure, Prefetch, Study, Submission
from readers.protocol.phases import Phase, phase_of
from readers.selectors.access import current_assignment, shown_assignment
from readers.selectors.ahead import sendable_assignment
from readers.selectors.facts import facts_of
from readers.services.ahead import allow_ahead
from readers.services.archive import archive_study, restore_study
from readers.services.form import lock_form
from readers.services.observations import observe
from readers.services.participation import pause_reader, resume_reader
from readers.services.protocol import change_protocol
from readers.services.reading import open_case, save_answer, submit_case
from readers.services.studies import set_criteria
from readers.services.unlock import unlock_case
from tests.readers.conftest import CRITERIA, MICROSECOND, START, World

DAY = timedelta(days=1)
CASES = st.tuples(st.sampled_from(["exploratory", "blinded", "training"]), st.integers(0, 2))
ANCHORS = ("latest", "last_exposure", "completion", "sign_off")
REFUSALS = (ProtocolError, ValidationError)
LATER = st.sampled_from([MICROSECOND, timedelta(minutes=59), timedelta(hours=2), DAY, 13 * DAY, 28 * DAY])


class Reading(RuleBasedStateMachine):
    """One reader, one coordinator and an impatient world. `world` is set by the test."""

    world: World
    clock: Any

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.clock.move_to(START)
        self.set_back = timedelta()
        self.days, self.anchor = 28, "latest"
        self.seen: list[datetime] = []
        self.submitted: dict[int, datetime] = {}
        self.locked: datetime | None = None
        self.blinded_shown = False
        self.reader = self.world.readers[0]
        self.user = self.reader.user

    @initialize(
        days=st.sampled_from([28, 35]),
        anchor=st.sampled_from(ANCHORS),
        reopen=st.booleans(),
        stage=st.sampled_from([0, 1, 2, 3, 4, 4, 4]),
        gaps=st.lists(LATER, min_size=5, max_size=5),
    )
    def come_so_far(self, days: int, anchor: str, reopen: bool, stage: int, gaps: list[timedelta]) -> None:
        """A protocol, and people who have come some way: trained, explored, locked, waited."""
        settings = {"washout_days": days, "washout_anchor": anchor, "reopen_exploratory": reopen}
        self.change(changes=settings)
        self.sign_protocol()
        for step in range(stage):
            self.clock.shift(gaps[step])
            if step < 3:
                self.go_on()
            else:
                self.lock(signed=True)
                self.the_opening_is_near(early=timedelta(0))

    def teardown(self) -> None:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(self.before)

    # What is true, whatever the software believes.

    @property
    def now(self) -> datetime:
        """True time: the clock, and by how much it was set back."""
        return datetime.now(START.tzinfo) + self.set_back

    def opening(self) -> datetime | None:
        """Earliest true moment at which a blinded video may be seen."""
        if self.locked is None or len(self.submitted) < 2:
            return None
        counted = list(self.seen)
        counted += list(self.submitted.values()) if self.anchor in ("latest", "completion") else []
        counted += [self.locked] if self.anchor in ("latest", "sign_off") else []
        return max([self.locked, *(moment + timedelta(hours=24 * self.days) for moment in counted)])

    def check_shown(self, how: str) -> None:
        opening = self.opening()
        assert opening is not None, how
        assert self.now >= opening, how
        self.blinded_shown = True

    def attempt(self, act: Callable[..., Any], **values: Any) -> Any:
        """What an act gives, or None when it is refused; a refusal undoes all but itself."""
        try:
            with transaction.atomic():
                return act(**values)
        except REFUSALS:
            return None

    def case(self, which: tuple[str, int]) -> Assignment | None:
        cases = Assignment.objects.filter(reader=self.reader, phase=which[0]).order_by("position")
        return cases[which[1] : which[1] + 1].first()

    # Time.

    @rule(step=LATER)
    def time_passes(self, step: timedelta) -> None:
        self.clock.shift(step)

    @rule(step=st.sampled_from([timedelta(hours=1), DAY, 30 * DAY]))
    def the_clock_is_set_back(self, step: timedelta) -> None:
        self.clock.shift(-step)
        self.set_back += step

    @rule(early=st.sampled_from([MICROSECOND, timedelta(0), DAY]))
    def the_opening_is_near(self, early: timedelta) -> None:
        opens_at = facts_of(self.reader).opens_at
        if opens_at is not None and opens_at - early > datetime.now(START.tzinfo):
            self.clock.move_to(opens_at - early)

    # What readers do.

    @rule(which=CASES)
    def open(self, which: tuple[str, int]) -> None:
        if (case := self.case(which)) is None:
            return
        if self.attempt(open_case, public_id=case.public_id, by=self.user):
            if case.phase == "blinded":
                self.check_shown("opened")
            elif case.phase == "exploratory":
                assert not self.blinded_shown
                self.seen.append(self.now)

    @rule(which=CASES, ahead=st.booleans())
    def fetch_frames(self, which: tuple[str, int], ahead: bool) -> None:
        if (case := self.case(which)) is None:
            return
        given = self.attempt(
            sendable_assignment if ahead else shown_assignment, user=self.user, public_id=case.public_id
        )
        if given and case.phase == "blinded":
            self.check_shown("fetched")
        elif (
            given
            and case.phase == "exploratory"
            and phase_of(facts_of(self.reader), now=datetime.now(START.tzinfo))
            not in (Phase.TRAINING, Phase.EXPLORATORY)
        ):
            # After the phase frames leave only within the hour of an opening that moved the clock.
            last = Exposure.objects.filter(assignment=case).latest("opened_at").opened_at
            assert datetime.now(START.tzinfo) - last <= timedelta(hours=1)

    @rule(which=CASES)
    def ask_ahead(self, which: tuple[str, int]) -> None:
        if case := self.case(which):
            following = self.attempt(allow_ahead, public_id=case.public_id, by=self.user)
            if following and following.phase == "blinded":
                self.check_shown("allowed ahead")

    @rule(which=CASES, key=st.sampled_from(["ring", "distance"]), score=st.integers(1, 5), undo=st.booleans())
    def answer(self, which: tuple[str, int], key: str, score: int, undo: bool) -> None:
        if case := self.case(which):
            said = {"kind": "withdrawn"} if undo else {"score": score}
            given = self.attempt(
                save_answer,
                public_id=case.public_id,
                criterion_key=key,
                idempotency_key=uuid4(),
                by=self.user,
                **said,
            )
            if given:
                assert case.phase == "blinded"
                self.check_shown("answered")

    @rule(which=CASES)
    def submit(self, which: tuple[str, int]) -> None:
        if (case := self.case(which)) is None:
            return
        form = Study.objects.get().form_sha256 if case.phase == "blinded" else ""
        known = case.submissions.exists()
        if self.attempt(submit_case, public_id=case.public_id, form_sha256=form, by=self.user):
            if case.phase == "exploratory" and not known:
                self.submitted[case.pk] = self.now
            elif case.phase == "blinded" and not known:
                self.check_shown("submitted")

    @rule()
    def go_on(self) -> None:
        """The next thing that a diligent reader does, so that long sequences get somewhere."""
        phase = phase_of(facts_of(self.reader), now=datetime.now(START.tzinfo))
        case = current_assignment(self.reader, phase)
        if case is None:
            return
        which = (case.phase, case.position - 1)
        self.open(which=which)
        if case.phase == "blinded":
            for key in ("ring", "distance"):
                self.answer(which=which, key=key, score=3, undo=False)
        self.submit(which=which)

    @rule(which=CASES)
    def note(self, which: tuple[str, int]) -> None:
        if case := self.case(which):
            self.attempt(
                observe,
                public_id=case.public_id,
                frame=0,
                text="Rounder",
                idempotency_key=uuid4(),
                by=self.user,
            )

    # What coordinators do.

    @rule(signed=st.booleans())
    def lock(self, signed: bool) -> None:
        if signed:
            self.attempt(self.world.sign_form, reader=self.reader)
        study = Study.objects.get()
        if self.attempt(lock_form, study=study, by=self.world.coordinator):
            self.locked = self.now

    @rule(
        changes=st.fixed_dictionaries(
            {},
            optional={
                "washout_days": st.sampled_from([0, 1, 27, 28, 29, 40]),
                "washout_anchor": st.sampled_from(ANCHORS),
                "reopen_exploratory": st.booleans(),
                "n_exploratory": st.integers(0, 2),
                "notice": st.sampled_from(["", "Hello"]),
            },
        )
    )
    def change(self, changes: dict[str, Any]) -> None:
        study = Study.objects.get()
        made = self.attempt(
            change_protocol, study=study, changes=changes, reason="Try", by=self.world.coordinator
        )
        if made:
            assert self.locked is None or set(changes) <= {"notice"} | _unchanged(study, changes)
            self.days = changes.get("washout_days", self.days)
            self.anchor = changes.get("washout_anchor", self.anchor)
            assert self.days >= 28

    @rule()
    def sign_protocol(self) -> None:
        self.attempt(self.world.sign_protocol)

    @rule()
    def write_criteria(self) -> None:
        study = Study.objects.get()
        if self.attempt(set_criteria, study=study, criteria=CRITERIA, by=self.world.coordinator):
            assert self.locked is None

    @rule(which=CASES)
    def unlock(self, which: tuple[str, int]) -> None:
        if case := self.case(which):
            self.attempt(unlock_case, public_id=case.public_id, reason="Mend", by=self.world.coordinator)

    @rule(act=st.sampled_from([pause_reader, resume_reader]))
    def pause(self, act: Callable[..., Any]) -> None:
        self.attempt(act, reader=self.reader, reason="Away", by=self.world.coordinator)

    @rule(act=st.sampled_from([archive_study, restore_study]))
    def archive(self, act: Callable[..., Any]) -> None:
        self.attempt(act, study=Study.objects.get(), reason="Done", by=self.world.coordinator)

    # Past the services, into the tables; whatever gets in is taken out again.

    @rule(
        kind=st.sampled_from(["exposure", "answer", "submission", "prefetch"]),
        offset=LATER,
        sign=st.booleans(),
    )
    def insert(self, kind: str, offset: timedelta, sign: bool) -> None:
        opening = self.opening_on_record()
        moment = (opening or datetime.now(START.tzinfo)) + (offset if sign else -offset)
        for when in (moment, opening or moment):
            if self.gets_in(kind, when):
                assert opening is not None
                assert when >= opening

    def opening_on_record(self) -> datetime | None:
        """Earliest moment by the rows on record and the study's own settings, worked out in Python."""
        study = Study.objects.get()
        ours = {"assignment__reader": self.reader, "assignment__phase": "exploratory"}
        opened = list(Exposure.objects.filter(**ours).values_list("opened_at", flat=True))
        submitted = list(Submission.objects.filter(**ours).values_list("submitted_at", flat=True))
        lock = study.form_locked_at
        if lock is None or len(submitted) < study.n_exploratory:
            return None
        if study.washout_anchor in ("latest", "completion"):
            opened += submitted
        if study.washout_anchor in ("latest", "sign_off"):
            opened.append(lock)
        return max([lock, *(moment + timedelta(hours=24 * study.washout_days) for moment in opened)])

    def gets_in(self, kind: str, when: datetime) -> bool:
        case = self.case(("blinded", 0))
        criteria = list(Criterion.objects.all())
        score = {"version": 99, "score": 3, "answered_by": self.user}
        rows = {
            "exposure": lambda: Exposure(assignment=case, opened_at=when),
            "answer": lambda: Answer(assignment=case, criterion=criteria[0], answered_at=when, **score),
            "submission": lambda: Submission(
                assignment=case,
                submitted_at=when,
                version=case.submissions.count() + 1,
                form_sha256=Study.objects.get().form_sha256,
            ),
            "prefetch": lambda: Prefetch(assignment=case, allowed_at=when),
        }
        try:
            with transaction.atomic():
                rows[kind]().save(force_insert=True)
                transaction.set_rollback(True)
        except IntegrityError:
            return False
        return True

    @invariant()
    def nothing_blinded_is_on_record_before_its_time(self) -> None:
        blinded = {"assignment__phase": "blinded"}
        times = [
            *Exposure.objects.filter(**blinded).values_list("opened_at", flat=True),
            *Answer.objects.filter(**blinded).values_list("answered_at", flat=True),
            *Submission.objects.filter(**blinded).values_list("submitted_at", flat=True),
            *Prefetch.objects.filter(**blinded).values_list("allowed_at", flat=True),
        ]
        if times:
            opening = self.opening_on_record()
            assert opening is not None
            assert min(times) >= opening


def _unchanged(study: Study, changes: dict[str, Any]) -> set[str]:
    return {name for name, value in changes.items() if getattr(study, name) == value}


@pytest.mark.parametrize("part", range(4))
def test_no_sequence_of_calls_opens_a_blinded_video_early(make_world, part):
    with time_machine.travel(START, tick=False) as clock:
        world = make_world(n_training=1)
        machine = type("Played", (Reading,), {"world": world, "clock": clock})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=5,
                stateful_step_count=20,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_the_machine_can_reach_the_blinded_phase(make_world):
    """Else the test before would hold for software that opens nothing."""
    with time_machine.travel(START, tick=False) as clock:
        machine = type("Played", (Reading,), {"world": make_world(n_training=1), "clock": clock})()
        try:
            machine.come_so_far(days=35, anchor="sign_off", reopen=True, stage=4, gaps=[DAY] * 5)
            machine.go_on()
            assert machine.blinded_shown
        finally:
            machine.teardown()
