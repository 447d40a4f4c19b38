"""Addresses of the protocol's part of the API."""

from __future__ import annotations

from django.urls import path

from readers.api import protocol as views

PROTOCOL = "studies/<slug:slug>/protocol/"

protocol = [
    path("protocol/check/", views.ProtocolCheckView.as_view(), name="api-protocol-check"),
    path("protocol/", views.NewStudyView.as_view(), name="api-new-study"),
    path(PROTOCOL, views.StudyProtocolView.as_view(), name="api-protocol"),
    path(f"{PROTOCOL}versions/", views.VersionsView.as_view(), name="api-protocol-versions"),
]
