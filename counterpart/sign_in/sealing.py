"""Encryption at rest of second factors' secrets: Fernet (AES-128-CBC, HMAC-SHA256), keyed by SECRET_KEY."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "counterpart.sign_in.sealing"


def sealed(text: str) -> str:
    """`text`, readable by this server alone."""
    return _keys().encrypt(text.encode()).decode()


def opened(text: str) -> str:
    """What was sealed; empty when it was sealed under a key that this server does not know.

    An empty secret matches no code: the person signs in with nothing until an administrator runs
    `manage.py reset_second_factor`.
    """
    try:
        return _keys().decrypt(text.encode()).decode()
    except InvalidToken:
        return ""


def _keys() -> MultiFernet:
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret)) for secret in known])


def _key(secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(salted_hmac(SALT, "", secret=secret, algorithm="sha256").digest())
