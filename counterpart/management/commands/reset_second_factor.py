"""`manage.py reset_second_factor NAME`: take the second factors of a person away who has lost them all."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from readers.models import Action
from readers.services.audit import record


class Command(BaseCommand):
    help = (
        "Remove a person's authenticator app, passkeys and recovery codes, and end the person's sessions. "
        "Make sure first, by another way than mail, that it is this person who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="sign-in name of the person")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account “{options['username']}”.")
        with transaction.atomic():
            removed, _ = Authenticator.objects.filter(user=user).delete()
            for session in UserSession.objects.filter(user=user):
                session.end()
            record(action=Action.SECOND_FACTOR_RESET, actor=None, target=user, details={"removed": removed})
        self.stdout.write(f"{removed} removed; every session of {user.username} has ended.")
