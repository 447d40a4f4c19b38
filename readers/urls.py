"""Addresses of the readers room's pages and frames."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "readers"

urlpatterns: list[URLPattern] = []
