"""What can be signed, what it is now, and whether each signature still stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from readers import errors
from readers.models import Answer, Membership, Reader, Signature, Study
from readers.permissions import roles_in
from readers.protocol import document
from readers.protocol.canonical import sha256_of
from readers.protocol.forms import form_sha256
from readers.protocol.phases import Phase, phase_of
from readers.protocol.signing import Meaning
from readers.selectors.facts import facts_of
from readers.selectors.participation import remaining_readers
from readers.selectors.submissions import standing


@dataclass(frozen=True)
class ToSign:
    """A record that a person can sign: what it is, and its SHA-256 (hex)."""

    target_type: str
    target_id: str
    sha256: str


@dataclass(frozen=True)
class Offer:
    """What a person may sign now; `signed_at` is that of the valid signature, if there is one."""

    meaning: str
    statement: str
    sha256: str
    printed_name: str
    signed_at: datetime | None


@dataclass(frozen=True)
class SignOff:
    """Whether a reader has signed the criteria as they are now."""

    name: str
    signed_at: datetime | None


class Verdict(StrEnum):
    """What a look at a signature says. Altered: the row, or its record, is not what was signed."""

    VALID = "valid"
    VOID = "void"
    ALTERED = "altered"


@dataclass(frozen=True)
class Checked:
    """A signature, the hash that its record has now ("" if there is none), and the verdict."""

    signature: Signature
    sha256_now: str
    verdict: Verdict


def valid_signatures(study: Study) -> QuerySet[Signature]:
    """Signatures of a study that are not void."""
    return Signature.objects.filter(study=study, void__isnull=True)


def checked_signatures(study: Study) -> list[Checked]:
    """All signatures of a study, each with its hash computed anew."""
    signatures = Signature.objects.filter(study=study).select_related("user", "void")
    now = _Records(study)
    return [_checked(signature, now.sha256_of(signature)) for signature in signatures]


def readers_to_sign(study: Study) -> list[Reader]:
    """Readers who have not left and have no valid signature on the criteria as they are now, by code."""
    signed = valid_signatures(study).filter(meaning=Meaning.FORM, sha256=draft_sha256(study))
    return list(remaining_readers(study).exclude(user__in=signed.values("user")).order_by("code"))


def form_signatures(study: Study) -> list[SignOff]:
    """Sign-off of the criteria as they are now by each reader who has not left, by name."""
    signed = valid_signatures(study).filter(meaning=Meaning.FORM, sha256=draft_sha256(study))
    times = dict(signed.values_list("user", "signed_at"))
    readers = remaining_readers(study).select_related("user")
    return sorted(
        (SignOff(printed_name(reader.user), times.get(reader.user_id)) for reader in readers),
        key=lambda sign_off: sign_off.name,
    )


def printed_name(user: User) -> str:
    """The name that is printed with a signature."""
    return user.get_full_name() or user.get_username()


def protocol_signatures(study: Study) -> QuerySet[Signature]:
    """Valid signatures of coordinators under the latest version of the protocol."""
    latest = study.protocol_versions.order_by("-number").values("sha256")[:1]
    return valid_signatures(study).filter(meaning=Meaning.PROTOCOL, sha256__in=latest)


def draft_sha256(study: Study) -> str:
    """Hash of the criteria as they are now, with the question; "" while there are none. Locking keeps it."""
    items = [criterion.item for criterion in study.criteria.all()]
    return form_sha256(study.question_template, items) if items else ""


def record_to_sign(*, study: Study, user: User, meaning: str) -> ToSign:
    """What a person signs with this meaning, as it is on record now.

    Readers sign the form, until it is locked, and their answers, once all are given; coordinators the
    protocol. `RoleRequired` for anybody else, `NothingToSign` when there is nothing yet.
    """
    if meaning == Meaning.PROTOCOL:
        if Membership.Role.COORDINATOR not in roles_in(user=user, study=study):
            raise errors.RoleRequired(_("Only a coordinator of the study signs its protocol."))
        version = study.protocol_versions.order_by("number").last()
        if version is None:
            raise errors.NothingToSign(_("There is nothing to sign yet."))
        return ToSign("protocolversion", str(version.pk), version.sha256)
    reader = Reader.objects.filter(study=study, user_id=user.pk).select_related("study").first()
    if reader is None or meaning not in set(Meaning):
        raise errors.RoleRequired(_("Only a reader of the study signs this."))
    if meaning == Meaning.FORM:
        if study.form_locked_at is not None:
            raise errors.NothingToSign(_("The form is locked: it needs no further signature."))
        if not (draft := draft_sha256(study)):
            raise errors.NothingToSign(_("There is nothing to sign yet."))
        return ToSign("study", str(study.pk), draft)
    if phase_of(facts_of(reader), now=timezone.now()) is not Phase.LOCKED:
        raise errors.NothingToSign(_("Your answers are signed once every blinded video is submitted."))
    return ToSign("reader", str(reader.pk), answers_sha256(reader))


def offer_to_sign(study: Study, user: User, meaning: str) -> Offer:
    """What a person may sign now with this meaning; raises as `record_to_sign`."""
    what = record_to_sign(study=study, user=user, meaning=meaning)
    there = valid_signatures(study).filter(user=user, meaning=meaning, sha256=what.sha256).first()
    return Offer(
        meaning=meaning,
        statement=str(Signature.Meaning(meaning).label),
        sha256=what.sha256,
        printed_name=printed_name(user),
        signed_at=there.signed_at if there else None,
    )


class _Records:
    """Hashes of what can be signed in a study as it is now; each looked up once, all answers together."""

    def __init__(self, study: Study) -> None:
        self.study = study

    @cached_property
    def protocol(self) -> str:
        version = self.study.protocol_versions.order_by("number").last()
        return document.sha256(version.document) if version else ""

    @cached_property
    def form(self) -> str:
        return draft_sha256(self.study)

    @cached_property
    def answers(self) -> dict[int, str]:
        readers = Reader.objects.filter(study=self.study)
        return {reader.user_id: sha256 for reader, sha256 in _answers_sha256(readers).items()}

    def sha256_of(self, signature: Signature) -> str:
        """Hash of the record of a signature; "" if there is none any more."""
        if signature.meaning == Meaning.PROTOCOL:
            return self.protocol
        if signature.meaning == Meaning.FORM:
            return self.form
        return self.answers.get(signature.user_id, "")


def changed_signatures(study: Study) -> list[Signature]:
    """Valid signatures of a study whose record is no longer what was signed."""
    now = _Records(study)
    return [
        signature
        for signature in valid_signatures(study).select_related("user")
        if now.sha256_of(signature) != signature.sha256
    ]


def answers_sha256(reader: Reader) -> str:
    """Hash over the current answers of a reader's submitted blinded videos, as shown."""
    return _answers_sha256(Reader.objects.filter(pk=reader.pk))[reader]


def unsigned_answers(readers: Sequence[Reader]) -> set[int]:
    """Primary keys of readers without a valid signature of their own on their answers as they are now."""
    there = Reader.objects.filter(pk__in=[reader.pk for reader in readers])
    signed = Signature.objects.filter(void__isnull=True, meaning=Meaning.ANSWERS, study__readers__in=there)
    known = set(signed.values_list("study", "user", "sha256"))
    return {
        reader.pk
        for reader, sha256 in _answers_sha256(there).items()
        if (reader.study_id, reader.user_id, sha256) not in known
    }


def _answers_sha256(readers: QuerySet[Reader]) -> dict[Reader, str]:
    answers = _answers(readers)
    return {
        reader: sha256_of({"reader": reader.code, "answers": answers.get(reader.pk, [])})
        for reader in readers
    }


def _answers(readers: QuerySet[Reader]) -> dict[int, list[dict[str, Any]]]:
    """Current answers of submitted blinded cases by reader, in the order of the cases, in one query."""
    newer = Answer.objects.filter(
        assignment=OuterRef("assignment"), criterion=OuterRef("criterion"), version__gt=OuterRef("version")
    )
    rows = (
        Answer.objects.filter(standing("assignment__submissions__"), assignment__reader__in=readers)
        .filter(~Exists(newer))
        .order_by("assignment__position", "criterion__position")
        .values_list(
            "assignment__reader",
            "assignment__public_id",
            "assignment__submissions__form_sha256",
            "criterion__key",
            "version",
            "kind",
            "score",
            "reason",
            "answered_at",
        )
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for reader, case, form, criterion, version, kind, score, reason, answered_at in rows:
        answer = {
            "case": str(case),
            "form": form,
            "criterion": criterion,
            "version": version,
            "kind": kind,
            "score": score,
            "reason": reason,
            "answered_at": answered_at.isoformat(),
        }
        found.setdefault(reader, []).append(answer)
    return found


def _checked(signature: Signature, now: str) -> Checked:
    if signature.seal != signature.own_seal():
        verdict = Verdict.ALTERED
    elif hasattr(signature, "void"):
        verdict = Verdict.VOID
    else:
        verdict = Verdict.VALID if now == signature.sha256 else Verdict.ALTERED
    return Checked(signature, now, verdict)
