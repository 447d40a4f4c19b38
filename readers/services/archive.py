"""The archive: a study that is over can be looked at, and nothing in it done."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from readers.errors import RoleRequired, SetupError
from readers.models import Action, Membership, Study, StudyEvent
from readers.permissions import require_coordinator, roles_in
from readers.services.audit import record


def archive_study(*, study: Study, reason: str, by: User) -> Study:
    """Close a study to everything but looking; it leaves the lists."""
    require_coordinator(user=by, study=study)
    return _move(study=study, archived=True, reason=reason, by=by)


def restore_study(*, study: Study, reason: str, by: User) -> Study:
    """Take a study back from the archive, as it was."""
    if Membership.Role.COORDINATOR not in roles_in(user=by, study=study):
        raise RoleRequired(_("Only a coordinator of the study can do this."))
    return _move(study=study, archived=False, reason=reason, by=by)


def _move(*, study: Study, archived: bool, reason: str, by: User) -> Study:
    if not reason.strip():
        raise SetupError(_("Give the reason: it goes on record with the act."))
    with transaction.atomic():
        moved = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if (moved.archived_at is not None) is archived:
            raise SetupError(
                _("The study is already archived.") if archived else _("The study is not archived.")
            )
        moved.archived_at = timezone.now() if archived else None
        moved.save(update_fields=["archived_at"])
        kind = StudyEvent.Kind.ARCHIVED if archived else StudyEvent.Kind.RESTORED
        happened = StudyEvent(study=moved, kind=kind, by=by, reason=reason.strip())
        happened.full_clean()
        happened.save()
        action = Action.STUDY_ARCHIVED if archived else Action.STUDY_RESTORED
        record(action=action, actor=by, study=moved, target=moved, details={"event": happened.pk})
    study.refresh_from_db()
    return study
