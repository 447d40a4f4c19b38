"""What leaves the statistics room: the file of ratings, and the record of every file that is taken away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from readers.models import Action, AuditEvent, Study
from readers.services import audit
from stats.report.csv_format import csv_text

if TYPE_CHECKING:
    from pandas import DataFrame


def ratings_csv(ratings: DataFrame, *, notice: str = "") -> str:
    """Ratings, one line each, times in UTC (ISO 8601); a study's notice is the last column."""
    columns = list(ratings.columns)
    lines = []
    for row in ratings.itertuples(index=False):
        values = dict(zip(columns, row, strict=True))
        for key in ("answered_at", "submitted_at"):
            values[key] = values[key].isoformat()
        lines.append([*values.values(), *[notice] * bool(notice)])
    return csv_text([*columns, *["notice"] * bool(notice)], lines)


class RehearsalNotExported(PermissionDenied):
    """Files of a rehearsal were asked for; they could be taken for a study's."""


def record_export(*, study: Study, by: User | None, files: Mapping[str, bytes]) -> AuditEvent:
    """Put on record that files of results leave, by name and sha256; ``by`` is None from the command line.

    Call it before they are handed over, so that nothing leaves without a record. A page that shows results
    is no export. Raises ``RehearsalNotExported``.
    """
    if study.rehearsal_of_id is not None:
        raise RehearsalNotExported(_("This is a rehearsal: nothing of it is exported."))
    sha256 = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return audit.record(action=Action.EXPORT, actor=by, study=study, details={"files": sha256})
