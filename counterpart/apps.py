from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class CounterpartConfig(AppConfig):
    name = "counterpart"
    verbose_name = "Counterpart"

    def ready(self) -> None:
        """Connect what signing in leaves behind; make Celery's application known where a broker is set."""
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.contrib.auth.signals import user_logged_in

        from counterpart.sign_in.idle import on_signed_in
        from counterpart.sign_in.second_factor import on_added, on_removed

        user_logged_in.connect(on_signed_in)
        authenticator_added.connect(on_added)
        authenticator_removed.connect(on_removed)
        if settings.CELERY_BROKER_URL:
            import counterpart.celery  # noqa: F401
