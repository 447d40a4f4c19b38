"""Invitations: made, sent again, revoked, accepted. A link works once, until it expires."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from readers.emails import send_invitation
from readers.errors import InvitationEnded, SetupError
from readers.models import Action, Invitation, Membership, Reader, Study
from readers.models.invitation import new_nonce
from readers.permissions import require_coordinator
from readers.protocol.participation import State
from readers.selectors.participation import state_of
from readers.services.audit import record
from readers.services.participation import replace_reader
from readers.services.studies import enrol_reader, grant_role

VALID = timedelta(days=14)
SALT = "readers.invitation"
IN_SESSION = "invitation"
"""Where a session keeps the token of the invitation that its visitor looks at: single sign-on asks for it."""


class Facts(TypedDict):
    """Who becomes which reader, by whom."""

    user: User
    code: str
    specialty: str
    by: User


def token_of(invitation: Invitation) -> str:
    """The signed word in the link of an invitation."""
    return signing.dumps([invitation.pk, invitation.nonce], salt=SALT)


def open_invitation(token: str, *, lock: bool = False) -> Invitation:
    """The open invitation of a link, else `InvitationEnded`: whether it ever was one is not told."""
    try:
        pk, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise InvitationEnded from error
    found = Invitation.objects.filter(pk=pk, nonce=nonce)
    invitation = (found.select_for_update(of=("self",)) if lock else found).select_related("study").first()
    if invitation is None or invitation.state != "open" or invitation.study.archived_at is not None:
        raise InvitationEnded
    return invitation


def invite(
    *,
    study: Study,
    email: str,
    role: str,
    by: User,
    code: str = "",
    specialty: str = "",
    replaces: Reader | None = None,
    reason: str = "",
) -> Invitation:
    """Invite a person by e-mail; the answer is the same whether or not the address has an account.

    Readers are invited with code and specialty; `replaces` and `reason` put one in the
    place of a reader who withdrew.
    If the mail cannot be sent, `MailNotSent` says so and the invitation waits to be sent again.
    """
    require_coordinator(user=by, study=study)
    if code and Reader.objects.filter(study=study, code=code).exists():
        raise SetupError(
            _("The code %(code)s is another reader's: each reader has an own one.") % {"code": code}
        )
    if replaces is not None and (replaces.study_id != study.pk or state_of(replaces) is not State.WITHDRAWN):
        raise SetupError(_("Only a reader of this study who has withdrawn can be replaced, and only once."))
    if replaces is not None and not reason.strip():
        raise SetupError(_("Give the reason: it goes on record with the act."))
    now = timezone.now()
    invitation = Invitation(
        study=study,
        email=email,
        role=role,
        code=code,
        specialty=specialty,
        replaces=replaces,
        reason=reason.strip(),
        invited_by=by,
        sent_at=now,
        expires_at=now + VALID,
    )
    with transaction.atomic():
        invitation.full_clean()
        invitation.save()
        _record(Action.INVITATION_SENT, invitation, by)
    send_invitation(invitation, token=token_of(invitation))
    return invitation


def resend_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Send a new link, valid anew; the earlier link ends."""
    require_coordinator(user=by, study=invitation.study)
    with transaction.atomic():
        again = _locked(invitation)
        again.nonce, again.sent_at = new_nonce(), timezone.now()
        again.expires_at = again.sent_at + VALID
        again.full_clean()
        again.save()
        _record(Action.INVITATION_SENT, again, by)
    send_invitation(again, token=token_of(again))
    return again


def revoke_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """End an invitation before it is accepted."""
    require_coordinator(user=by, study=invitation.study)
    with transaction.atomic():
        revoked = _locked(invitation)
        revoked.revoked_at = timezone.now()
        revoked.save()
        _record(Action.INVITATION_REVOKED, revoked, by)
    return revoked


def accept_invitation(*, token: str, by: User, time_zone: str = "UTC") -> Invitation:
    """Enter the study as invited. The invitation is used up, and nobody can use it again."""
    with transaction.atomic():
        invitation = open_invitation(token, lock=True)
        if invitation.role == Membership.Role.READER:
            reader = _enrol(invitation, by)
            reader.time_zone = time_zone
            reader.full_clean()
            reader.save(update_fields=["time_zone"])
        else:
            grant_role(study=invitation.study, user=by, role=invitation.role, by=invitation.invited_by)
        invitation.accepted_at, invitation.accepted_by = timezone.now(), by
        invitation.save()
        _record(Action.INVITATION_ACCEPTED, invitation, by)
    return invitation


def accept_as_new_person(
    *, token: str, username: str, first_name: str, last_name: str, password: str, time_zone: str = "UTC"
) -> User:
    """Make the account of an invited person and accept; raises `ValidationError` for name or password."""
    with transaction.atomic():
        invitation = open_invitation(token)
        user = User(username=username, first_name=first_name, last_name=last_name, email=invitation.email)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error.messages}) from error
        user.set_password(password)
        user.full_clean()
        user.save()
        accept_invitation(token=token, by=user, time_zone=time_zone)
    return user


def _enrol(invitation: Invitation, user: User) -> Reader:
    facts: Facts = {
        "user": user,
        "code": invitation.code,
        "specialty": invitation.specialty,
        "by": invitation.invited_by,
    }
    if invitation.replaces is None:
        return enrol_reader(study=invitation.study, **facts)
    return replace_reader(reader=invitation.replaces, reason=invitation.reason, **facts)


def _locked(invitation: Invitation) -> Invitation:
    """The invitation as it is now, for this transaction alone; refused once it was accepted or revoked."""
    current = Invitation.objects.select_for_update(of=("self",)).select_related("study").get(pk=invitation.pk)
    if current.state in ("accepted", "revoked"):
        raise SetupError(_("This invitation has ended: there is nothing left to do with it."))
    return current


def _record(action: Action, invitation: Invitation, by: User) -> None:
    """The address is a personal datum and stays out of the trail."""
    details = {"role": invitation.role, "code": invitation.code}
    record(action=action, actor=by, study=invitation.study, target=invitation, details=details)
