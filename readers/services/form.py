"""Locking of the form: from here on criteria and protocol cannot change, and washouts can end."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from readers.errors import SetupError
from readers.models import Action, Study
from readers.permissions import require_coordinator
from readers.protocol.forms import form_sha256
from readers.protocol.transitions import Cause
from readers.selectors.signatures import readers_to_sign
from readers.services.audit import record
from readers.services.phases import phases_entered
from readers.services.protocol import keep_version
from readers.services.signing import void_changed


def lock_form(*, study: Study, by: User) -> Study:
    """Freeze the criteria with their hash.

    Refused without criteria, a second time, and, where the study asks for a sign-off, while an active reader
    has not signed exactly these criteria.
    """
    require_coordinator(user=by, study=study)
    with transaction.atomic(), phases_entered(study=study, cause=Cause.FORM_LOCK, by=by):
        locked = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if locked.form_locked_at is not None:
            raise SetupError(_("The form is already locked."))
        criteria = list(locked.criteria.all())
        if not criteria:
            raise SetupError(_("There are no criteria yet: write them before locking the form."))
        for criterion in criteria:
            criterion.full_clean()
        if locked.sign_off_required and (missing := readers_to_sign(locked)):
            codes = ", ".join(reader.code for reader in missing)
            raise SetupError(
                _("Not signed yet by %(codes)s: every reader signs the form.") % {"codes": codes}
            )
        locked.form_sha256 = form_sha256(locked.question_template, [criterion.item for criterion in criteria])
        locked.form_locked_at = timezone.now()
        locked.full_clean()
        locked.save()
        version = keep_version(study=locked, reason=gettext_noop("The form was locked."), by=by)
        void_changed(
            study=locked, by=by, reason=gettext_noop("The form was locked, which made a new version.")
        )
        record(
            action=Action.FORM_LOCKED,
            actor=by,
            study=locked,
            target=locked,
            details={
                "form_sha256": locked.form_sha256,
                "n_criteria": len(criteria),
                "version": version.number,
            },
        )
    study.refresh_from_db()
    return study
