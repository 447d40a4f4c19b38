"""Changes of the protocol: each one is a new version, with who made it and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from readers.errors import SetupError
from readers.models import Action, ProtocolVersion, Study
from readers.permissions import require_coordinator
from readers.protocol.changes import changes_between
from readers.protocol.document import content, sha256
from readers.protocol.transitions import Cause
from readers.selectors.protocol import frozen_settings, protocol_of
from readers.services.audit import record
from readers.services.phases import phases_entered
from readers.services.signing import void_changed


def change_protocol(
    *, study: Study, changes: Mapping[str, Any], reason: str, by: User
) -> ProtocolVersion | None:
    """Change settings of a study; `changes` are fields of `Study` with their new values.

    Gives the new version, or None when nothing differs. Raises `SetupError` with the names of settings that
    are frozen, and for a change without a reason; `ValidationError` for values that are impossible.
    """
    require_coordinator(user=by, study=study)
    with transaction.atomic():
        locked = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        old = content(protocol_of(locked))
        if not locked.protocol_versions.exists():
            earlier = gettext_noop("As it stood before versions were kept.")
            keep_version(study=locked, reason=earlier, by=by)
        for name, value in changes.items():
            setattr(locked, name, value)
        locked.full_clean()
        differences = changes_between(old, content(protocol_of(locked)))
        if not differences:
            transaction.set_rollback(True)
            return None
        if not reason.strip():
            raise SetupError(_("The study would change: say why, as a reason that is kept with the version."))
        frozen = {setting.place for setting in frozen_settings(locked)}
        if names := [_(change.label) for change in differences if change.place in frozen]:
            raise SetupError(_("This can no longer change: %(names)s.") % {"names": ", ".join(names)})
        with phases_entered(study=locked, cause=Cause.PROTOCOL_CHANGE, by=by):
            locked.save()
        version = keep_version(study=locked, reason=reason, by=by)
        void_changed(study=locked, by=by, reason=gettext_noop("The protocol was changed."))
        record(
            action=Action.PROTOCOL_CHANGED,
            actor=by,
            study=locked,
            target=version,
            details={
                "version": version.number,
                "sha256": version.sha256,
                "settings": [change.place for change in differences],
            },
        )
    study.refresh_from_db()
    return version


def keep_version(*, study: Study, reason: str, by: User) -> ProtocolVersion:
    """Put the protocol as it stands on record as the next version; called within the act that changed it."""
    document = content(protocol_of(study))
    last = study.protocol_versions.order_by("number").last()
    version = ProtocolVersion(
        study=study,
        number=last.number + 1 if last else 1,
        document=document,
        sha256=sha256(document),
        reason=reason,
        made_by=by,
    )
    version.full_clean()
    version.save()
    return version
