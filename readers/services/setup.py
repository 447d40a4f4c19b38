"""A study from a protocol: drafts of the set-up, and the one act that makes the study of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Video
from readers.errors import SetupError
from readers.models import Action, Membership, Study, StudyDraft
from readers.permissions import require_creator
from readers.protocol.document import Protocol, content, fields
from readers.selectors.protocol import protocol_of
from readers.services.allocation import allocate_videos
from readers.services.audit import record
from readers.services.protocol import change_protocol
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria


def start_draft(*, by: User, protocol: Protocol | None = None) -> StudyDraft:
    """Begin to set a study up: from nothing, with a seed drawn for it, or from a protocol."""
    require_creator(by)
    draft = StudyDraft(author=by, values={"allocation_seed": new_seed()})
    if protocol is not None:
        draft.values, draft.criteria = dict(protocol.values), list(protocol.criteria)
        draft.steps_done = [1, 3]
    draft.full_clean()
    draft.save()
    return draft


def copy_protocol(*, study: Study, by: User, with_criteria: bool) -> StudyDraft:
    """Begin to set another study up with this one's protocol: a new seed and name, no people, no videos."""
    require_creator(by)
    protocol = protocol_of(study)
    draft = StudyDraft(
        author=by,
        values=dict(protocol.values) | {"allocation_seed": new_seed(), "slug": "", "title": ""},
        criteria=list(protocol.criteria) if with_criteria else [],
        steps_done=[3],
        copied_from=study,
    )
    draft.full_clean()
    draft.save()
    return draft


def new_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(2**31)


def save_step(*, draft: StudyDraft, by: User, step: int, complete: bool, **entered: Any) -> StudyDraft:
    """Keep what was entered in a step: `values` are added to those there, the rest is replaced."""
    require_creator(by)
    with transaction.atomic():
        draft = StudyDraft.objects.select_for_update().get(pk=draft.pk, author=by)
        draft.values = draft.values | entered.pop("values", {})
        for name, value in entered.items():
            setattr(draft, name, value)
        done = set(draft.steps_done) - {step}
        draft.steps_done = sorted({*done, step} if complete else done)
        draft.changed_at = timezone.now()
        draft.full_clean()
        draft.save()
    return draft


def discard_draft(*, draft: StudyDraft, by: User) -> None:
    """Throw a draft away: nothing was read by it, so nothing of it is kept."""
    StudyDraft.objects.filter(pk=draft.pk, author=by).delete()


def set_study_up(
    *,
    protocol: Protocol,
    by: User,
    people: Sequence[Mapping[str, str]] = (),
    videos: Sequence[Video] = (),
) -> Study:
    """Make a study of a protocol, with its criteria, people and videos: all of it or nothing.

    `people` name an account, a role, and for readers a code and a specialty. Raises `SetupError`.
    """
    with transaction.atomic(), _as_setup_error():
        study = create_study(by=by, **fields(protocol))
        if protocol.criteria:
            set_criteria(study=study, criteria=protocol.criteria, by=by)
        for person in people:
            _add(person, study=study, by=by)
        if videos:
            allocate_videos(study=study, videos=videos, by=by)
    return study


def create_from_draft(*, draft: StudyDraft, protocol: Protocol, by: User) -> Study:
    """Make the study of a draft, which ends the draft."""
    require_creator(by)
    with transaction.atomic():
        study = set_study_up(
            protocol=protocol,
            by=by,
            people=draft.people,
            videos=list(Video.objects.filter(pk__in=draft.videos)),
        )
        if draft.copied_from:
            details = {"from": draft.copied_from.slug, "with_criteria": bool(draft.criteria)}
            record(action=Action.PROTOCOL_COPIED, actor=by, study=study, target=study, details=details)
        discard_draft(draft=draft, by=by)
    return study


def import_protocol(*, protocol: Protocol, by: User, reason: str, dry_run: bool = False) -> Study:
    """Make the study of a protocol, or change the one of its name: all of it or nothing.

    Raises `ProtocolError` with the reason: a change without a reason, by a stranger, or after the freeze.
    """
    with transaction.atomic(), _as_setup_error():
        study = Study.objects.filter(slug=protocol.values["slug"]).first()
        if study is None:
            study = set_study_up(protocol=protocol, by=by)
        elif content(protocol_of(study)) != content(protocol):
            _change(study, protocol, by=by, reason=reason)
        if dry_run:
            transaction.set_rollback(True)
    return study


def refusal_of(*, draft: StudyDraft, protocol: Protocol, by: User) -> str:
    """Why no study can be made of a draft now, found by making it and taking it back; '' when it can."""
    try:
        with transaction.atomic():
            create_from_draft(draft=draft, protocol=protocol, by=by)
            transaction.set_rollback(True)
    except SetupError as refusal:
        return str(refusal)
    return ""


def _change(study: Study, protocol: Protocol, *, by: User, reason: str) -> None:
    before = protocol_of(study)
    change_protocol(study=study, changes=fields(protocol), reason=reason, by=by)
    if before.criteria != protocol.criteria:
        set_criteria(study=study, criteria=protocol.criteria, by=by)


def _add(person: Mapping[str, str], *, study: Study, by: User) -> None:
    user = User.objects.filter(username=person["username"], is_active=True).first()
    if user is None:
        raise SetupError(
            _("There is no account “%(name)s”: invite the person once the study is there.")
            % {"name": person["username"]}
        )
    if person["role"] == Membership.Role.READER:
        enrol_reader(study=study, user=user, code=person["code"], specialty=person["specialty"], by=by)
    else:
        grant_role(study=study, user=user, role=person["role"], by=by)


@contextmanager
def _as_setup_error() -> Iterator[None]:
    """A model's refusal as a sentence with the field's name."""
    try:
        yield
    except ValidationError as error:
        by_field = getattr(error, "error_dict", {})
        sentences = [
            f"{name}: {message}" if name != "__all__" else message
            for name, errors in by_field.items()
            for message in ValidationError(errors).messages
        ]
        raise SetupError(" ".join(sentences or error.messages)) from error
