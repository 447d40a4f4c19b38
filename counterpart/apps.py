from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class CounterpartConfig(AppConfig):
    name = "counterpart"
    verbose_name = "Counterpart"

    def ready(self) -> None:
        """Make Celery's application known to whoever sends it tasks, where a broker is set."""
        if settings.CELERY_BROKER_URL:
            import counterpart.celery  # noqa: F401
