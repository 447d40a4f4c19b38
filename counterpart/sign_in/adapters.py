"""What allauth asks this site: who may make an account, and how secrets are kept."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from counterpart.sign_in.sealing import opened, sealed
from readers.errors import InvitationEnded
from readers.services.invitations import IN_SESSION, open_invitation


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitations alone (`readers.services.invitations`)."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That name and password do not match. Check both and try again."),
        "too_many_login_attempts": _("Too many wrong attempts. Wait five minutes, then try again."),
        "incorrect_password": _("That is not your password. Check it and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """An account that the hospital's sign-in vouches for is made for whoever holds an open invitation."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        try:
            open_invitation(request.session.get(IN_SESSION, ""))
        except InvitationEnded:
            return False
        return True


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted in the database and in its backups."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Wait for the next one and try again."),
        "rate_limited": _("Too many wrong attempts. Wait five minutes, then try again."),
    }

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)
