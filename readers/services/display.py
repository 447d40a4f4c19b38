"""Keep how a person's screen shows greys. It is no act upon the study, and so has no event of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from readers.models import DisplayCheck
from readers.selectors.access import readable_assignment
from readers.services.findings import note_display

USER_AGENT_LENGTH = 300


def record_display_check(*, by: User, assignment: UUID | None, user_agent: str, **found: Any) -> DisplayCheck:
    """Store a check of the screen on which a case is opened (`assignment`), or of the test page (None).

    `found`: the fields of `DisplayCheck` that the browser tells. Raises the refusal of a case that may not be
    opened now, and ValidationError for values that no screen has.
    """
    with transaction.atomic():
        case = readable_assignment(user=by, public_id=assignment) if assignment else None
        check = DisplayCheck(by=by, assignment=case, user_agent=user_agent[:USER_AGENT_LENGTH], **found)
        check.full_clean()
        check.save()
        note_display(check)
    return check
