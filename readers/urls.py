"""Addresses of the readers room's pages and frames."""

from __future__ import annotations

from django.urls import path

from readers.views import frames, reading, studies

app_name = "readers"

urlpatterns = [
    path("read/", reading.home, name="home"),
    path("read/<uuid:public_id>/", reading.case, name="case"),
    path("frames/<uuid:public_id>/<int:position>.png", frames.frame, name="frame"),
    path("frames/<uuid:public_id>.bundle", frames.bundle, name="bundle"),
    path("studies/", studies.studies, name="studies"),
    path("studies/<slug:slug>/", studies.study, name="study"),
    path("studies/<slug:slug>/lock-form/", studies.lock_form, name="lock-form"),
]
