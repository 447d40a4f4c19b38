from __future__ import annotations

from django.apps import AppConfig


class CounterpartConfig(AppConfig):
    name = "counterpart"
    verbose_name = "Counterpart"
