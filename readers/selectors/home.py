"""What a reader's home says beside the task: test the screen, take a pause, meet, sign."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User

from readers.models import DisplayCheck, Room, Signature
from readers.protocol.phases import Phase
from readers.selectors.signatures import answers_sha256, valid_signatures
from readers.selectors.viewing import pause_advised
from readers.selectors.worklist import Task, worklist


@dataclass(frozen=True)
class Card:
    """One study on the home: its task and what comes before it.

    `test_screen`: the grey-scale test was never done, and reading begins; `pause`: a session length is full;
    `room`: the consensus room, while the criteria are settled, or for the signature; `sign`: the finished
    answers wait for their reader's signature.
    """

    task: Task
    test_screen: bool
    pause: bool
    room: UUID | None
    sign: bool


def home_cards(user: User) -> list[Card]:
    """Cards of a person, those that can be worked on first."""
    tested = DisplayCheck.objects.filter(by=user, assignment=None).exists()
    return [_card(task, user, tested) for task in worklist(user)]


def _card(task: Task, user: User, tested: bool) -> Card:
    study = task.reader.study
    room = Room.objects.filter(study=study).first()
    finished = task.phase is Phase.LOCKED and room is not None
    return Card(
        task=task,
        test_screen=task.next_case is not None and not tested,
        pause=task.next_case is not None and pause_advised(task.reader),
        room=room.public_id if room else None,
        sign=finished and not _has_signed(task, user),
    )


def _has_signed(task: Task, user: User) -> bool:
    """Whether a valid signature stands for the answers as they are now."""
    signed = valid_signatures(task.reader.study).filter(user=user, meaning=Signature.Meaning.ANSWERS)
    return signed.filter(sha256=answers_sha256(task.reader)).exists()
