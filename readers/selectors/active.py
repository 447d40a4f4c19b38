"""The readers whose work a study waits for."""

from __future__ import annotations

from django.db.models import QuerySet

from readers.models import Reader, Study


def active_readers(study: Study) -> QuerySet[Reader]:
    """Readers of a study who have not left it."""
    return Reader.objects.filter(study=study)
