"""Who can sign in to the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "counterpart-demo"  # noqa: S105 - printed on purpose; the demonstration listens on loopback alone


@dataclass(frozen=True)
class Person:
    username: str
    full_name: str
    purpose: str


READER = Person("reader", "Robin Blinded", "reader, surgeon: the blinded phase is open")
EXPLORER = Person("reader-exploratory", "Eli Explorer", "reader, radiologist: in the exploratory phase")
WAITER = Person("reader-washout", "Wren Waiting", "reader, surgeon: in washout")
FINISHER = Person("reader-finished", "Fern Finished", "reader, radiologist: has finished")
COORDINATOR = Person("coordinator", "Cleo Coordinator", "coordinator: readers' phases and progress")
ANALYST = Person("analyst", "Ana Analyst", "analyst: Tables 2 and 3 of both studies")
ENGINEER = Person("engineer", "Enzo Engineer", "engineer: renders and their progress")

SIGN_INS = (READER, EXPLORER, WAITER, FINISHER, COORDINATOR, ANALYST, ENGINEER)
