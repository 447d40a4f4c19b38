"""Addresses around the people of a study; part of `readers.urls`."""

from __future__ import annotations

from django.urls import path

from readers.views import audit, invitations, own
from readers.views import people as views

people = [
    path("studies/<slug:slug>/readers/<slug:code>/<slug:kind>/", views.reader_act, name="reader-act"),
    path("studies/<slug:slug>/deviations/", views.deviations, name="deviations"),
    path("studies/<slug:slug>/deviations.csv", views.deviations_file, name="deviations-file"),
    path("studies/<slug:slug>/invitations/", invitations.invitations, name="invitations"),
    path(
        "studies/<slug:slug>/invitations/<int:pk>/<slug:kind>/",
        invitations.invitation_act,
        name="invitation-act",
    ),
    path("studies/<slug:slug>/audit/", audit.audit, name="audit"),
    path("studies/<slug:slug>/audit.csv", audit.audit_file, name="audit-file"),
    path("studies/<slug:slug>/archive/", views.archive, name="archive"),
    path("studies/<slug:slug>/calendar/", views.renew_calendar, name="renew-calendar"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("read/settings/", own.settings, name="settings"),
    path("calendar/<str:token>.ics", own.calendar, name="calendar"),
    path("tokens/", own.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", own.token_revoke, name="token-revoke"),
]
