"""API addresses of the statistics room."""

from __future__ import annotations

from django.urls import path

from stats.api.views import TableView

urlpatterns = [path("studies/<slug:slug>/tables/<slug:number>/", TableView.as_view(), name="study-table")]
