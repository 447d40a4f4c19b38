"""Who can sign in to the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, User

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
MEETER = Person("reader-meeting", "Mina Meeting", "reader, surgeon: in the consensus room")
PARTNER = Person("reader-partner", "Paul Partner", "reader, radiologist: in the same room")
COORDINATOR = Person("coordinator", "Cleo Coordinator", "coordinator: readers' phases and progress")
ANALYST = Person("analyst", "Ana Analyst", "analyst: Tables 2 and 3, exports")
ENGINEER = Person("engineer", "Enzo Engineer", "engineer: renders and their progress")

SIGN_INS = (READER, EXPLORER, WAITER, FINISHER, MEETER, PARTNER, COORDINATOR, ANALYST, ENGINEER)


def sign_in_accounts() -> dict[Person, User]:
    """Create the people of the demonstration where they are missing, in their groups."""
    users = {}
    for person in SIGN_INS:
        user, created = User.objects.get_or_create(
            username=person.username,
            defaults=dict(zip(("first_name", "last_name"), person.full_name.split(), strict=True)),
        )
        if created:
            user.set_password(PASSWORD)
            user.save()
        users[person] = user
    engineers, _ = Group.objects.get_or_create(name="engineers")
    users[ENGINEER].groups.add(engineers)
    coordinators, _ = Group.objects.get_or_create(name="coordinators")
    users[COORDINATOR].groups.add(coordinators)
    return users
