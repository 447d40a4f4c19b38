"""Addresses of frames: each is one reader's, for one case, for a quarter of an hour, and says nothing else.

The seal in an address is an HMAC-SHA256 over the person, the case and the end of its time. An address out of
a log or a message opens nothing for anybody else, and soon nothing at all.
"""

from __future__ import annotations

import time
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.urls.converters import StringConverter
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from readers.errors import NoSuchCase, ProtocolError

VALID_S = 15 * 60
ROUNDED_S = 60
"""Ends of time are whole minutes: pages that are asked for together hold the same address."""


class AddressExpired(ProtocolError):
    """An address whose time is over."""

    code = "address_expired"
    status = 403
    sentence = _("This address was valid for a quarter of an hour. Load the page again to get a new one.")


class SealConverter(StringConverter):
    """The form of a seal in the addresses of `readers.urls`."""

    regex = "[0-9a-f]{40}"


def seal(user: User, public_id: UUID) -> str:
    """40 hexadecimal digits: the end of its time (seconds since 1970) and the HMAC's first 16 bytes."""
    ends = (int(time.time()) // ROUNDED_S + 1) * ROUNDED_S + VALID_S
    return f"{ends:08x}{_mac(user, public_id, ends)}"


def check_seal(given: str, *, user: User | AnonymousUser, public_id: UUID) -> None:
    """Raise `NoSuchCase` unless the seal is this person's for this case, `AddressExpired` when it was."""
    ends = int(given[:8], 16)
    if not isinstance(user, User) or not constant_time_compare(given[8:], _mac(user, public_id, ends)):
        raise NoSuchCase
    if time.time() >= ends:
        raise AddressExpired


def bundle_address(user: User, public_id: UUID) -> str:
    """Where all frames of a case are, in one file."""
    return reverse("readers:bundle", args=[seal(user, public_id), public_id])


def frame_addresses(user: User, public_id: UUID, n: int) -> list[str]:
    """Where the frames shown at positions 0 to n - 1 are."""
    sealed = seal(user, public_id)
    return [reverse("readers:frame", args=[sealed, public_id, position]) for position in range(n)]


def _mac(user: User, public_id: UUID, ends: int) -> str:
    said = f"{user.pk} {public_id} {ends}"
    return salted_hmac("readers.frame_addresses", said, algorithm="sha256").hexdigest()[:32]
