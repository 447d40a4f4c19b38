"""What a reader's home says beside the task: test the screen, take a pause, meet, sign."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User

from readers.models import DisplayCheck
from readers.protocol.phases import Phase
from readers.selectors.signatures import unsigned_answers
from readers.selectors.viewing import pauses_advised
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
    """Cards of a person, those that can be worked on first; as many queries for many studies as for one."""
    tested = DisplayCheck.objects.filter(by=user, assignment=None).exists()
    tasks = worklist(user)
    tired = pauses_advised(task.reader for task in tasks if task.next_case)
    unsigned = unsigned_answers([task.reader for task in tasks if task.phase is Phase.LOCKED])
    return [
        Card(
            task=task,
            test_screen=task.next_case is not None and not tested,
            pause=task.reader.pk in tired,
            room=room.public_id if room else None,
            sign=task.reader.pk in unsigned and room is not None,
        )
        for task in tasks
        for room in [getattr(task.reader.study, "room", None)]
    ]
