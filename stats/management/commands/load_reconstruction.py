"""`manage.py load_reconstruction`: the paper's ratings, reconstructed, as a finished study."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from readers.errors import SetupError
from readers.models import Membership, Study
from readers.services.studies import grant_role
from stats.services import load_reconstruction, nobody


class Command(BaseCommand):
    help = "Load the synthetic reconstruction of the paper's ratings as a finished study. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--coordinator",
            metavar="USERNAME",
            help="who coordinates the study when it is made (default: an account nobody can sign in to)",
        )
        parser.add_argument(
            "--analyst",
            metavar="USERNAME",
            action="append",
            default=[],
            help="who may see its tables; may be repeated, also once the study is loaded",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        coordinator = options["coordinator"]
        analysts = [_person(name) for name in options["analyst"]]
        by = _person(coordinator) if coordinator else nobody("reconstruction-coordinator")
        with transaction.atomic():
            study = load_reconstruction(coordinator=by)
            for analyst in analysts:
                _make_analyst(study, analyst)
        names = study.memberships.filter(role=Membership.Role.ANALYST).values_list(
            "user__username", flat=True
        )
        seen = ", ".join(names) or "nobody yet (run again with --analyst USERNAME)"
        self.stdout.write(f"{study.slug}: loaded. Its tables are open to {seen}.")


def _person(username: str) -> User:
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise CommandError(f"There is no user {username!r}.") from None


def _make_analyst(study: Study, user: User) -> None:
    memberships = study.memberships
    if memberships.filter(user=user, role=Membership.Role.ANALYST).exists():
        return
    by = memberships.filter(role=Membership.Role.COORDINATOR).first()
    if by is None:
        raise CommandError(f"{study.slug} has no coordinator who could make {user} an analyst.")
    try:
        grant_role(study=study, user=user, role=Membership.Role.ANALYST, by=by.user)
    except SetupError as error:
        raise CommandError(str(error)) from error
