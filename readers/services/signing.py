"""Signing: the password again, then a name, a time, a meaning and a hash that belong together for good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from readers import errors
from readers.models import Action, AuditEvent, Reader, Signature, Study, Void
from readers.protocol.signing import ATTEMPTS_WITHIN, wait_before_next_attempt
from readers.selectors.signatures import changed_signatures, printed_name, record_to_sign, valid_signatures
from readers.services.audit import record


def sign(
    *, study: Study, by: User, meaning: str, sha256: str, password: str, vouched: bool = False
) -> Signature:
    """Sign what the person has on the screen, named by its hash.

    Whoever has no password gives the code of the own authenticator app, or is `vouched` for by a fresh single
    sign-on (21 CFR 11.200: a signature is proven anew).

    The same signature again gives back the first. Raises `RoleRequired` when the person does not sign this,
    `NothingToSign`, `RecordChanged` when it is not what is on record now, `WrongPassword`, and
    `TooManyAttempts` before a password is even looked at.
    """
    with _refusals_on_record(study=study, by=by, meaning=meaning):
        if study.archived_at is not None:
            raise errors.StudyArchived
        record_to_sign(study=study, user=by, meaning=meaning)
        _check_proof(by, password, vouched=vouched)
        with transaction.atomic():
            Study.objects.select_for_update(no_key=True).get(pk=study.pk)
            # An unlock holds the reader's row: the answers that are signed are not opened meanwhile.
            Reader.objects.select_for_update(no_key=True).filter(study=study, user=by).first()
            what = record_to_sign(study=study, user=by, meaning=meaning)
            if what.sha256 != sha256:
                raise errors.RecordChanged
            there = valid_signatures(study).filter(user=by, meaning=meaning, sha256=sha256).first()
            if there is not None:
                return there
            signature = Signature(
                user=by,
                study=study,
                meaning=meaning,
                target_type=what.target_type,
                target_id=what.target_id,
                sha256=what.sha256,
                printed_name=printed_name(by),
                signed_at=timezone.now(),
            )
            signature.seal = signature.own_seal()
            signature.full_clean()
            signature.save()
            record(
                action=Action.SIGNED,
                actor=by,
                study=study,
                target=signature,
                details={"meaning": meaning, "sha256": signature.sha256, "seal": signature.seal},
            )
    return signature


def void_changed(*, study: Study, by: User | None, reason: str) -> list[Void]:
    """Void every signature of the study whose record is no longer what was signed.

    To be called by each service that changes such a record, in its transaction and before its own event.
    """
    voids = []
    for signature in changed_signatures(study):
        void = Void(signature=signature, reason=reason)
        void.full_clean()
        void.save()
        record(
            action=Action.SIGNATURE_VOID,
            actor=by,
            study=study,
            target=signature,
            details={"meaning": signature.meaning, "reason": reason},
        )
        voids.append(void)
    return voids


def _check_proof(user: User, password: str, *, vouched: bool) -> None:
    """Wrong passwords and codes are counted on record; a right one does not wipe them out."""
    now = timezone.now()
    failures = AuditEvent.objects.filter(
        actor=user,
        action=Action.SIGNATURE_REFUSED,
        at__gt=now - ATTEMPTS_WITHIN,
        details__refusal=errors.WrongPassword.code,
    ).values_list("at", flat=True)
    if wait := wait_before_next_attempt(list(failures), now=now):
        raise errors.TooManyAttempts(wait)
    if not user.is_active or not _proven(user, password, vouched=vouched):
        raise errors.WrongPassword


def _proven(user: User, password: str, *, vouched: bool) -> bool:
    if user.has_usable_password():
        return user.check_password(password)
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return vouched or (app is not None and app.wrap().validate_code(password))


@contextmanager
def _refusals_on_record(*, study: Study, by: User, meaning: str) -> Iterator[None]:
    try:
        yield
    except errors.ProtocolError as refusal:
        record(
            action=Action.SIGNATURE_REFUSED,
            actor=by,
            study=study,
            target=study,
            details={"meaning": str(meaning), "refusal": refusal.code},
        )
        raise
