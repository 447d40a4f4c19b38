"""API addresses around the people of a study; part of `readers.api.urls`."""

from __future__ import annotations

from django.urls import path

from readers.api import people as views
from readers.services.invitations import revoke_invitation

study = "studies/<slug:slug>/"

people = [
    path("studies/", views.StudiesView.as_view(), name="api-studies"),
    path(f"{study}readers/", views.PeopleView.as_view(), name="api-readers"),
    path(f"{study}readers/<slug:code>/events/", views.ReaderEventsView.as_view(), name="api-reader-events"),
    path(f"{study}readers/<slug:code>/reminders/", views.RemindersView.as_view(), name="api-reminders"),
    path(f"{study}deviations/", views.DeviationsView.as_view(), name="api-deviations"),
    path(f"{study}invitations/", views.InvitationsView.as_view(), name="api-invitations"),
    path(f"{study}invitations/<int:pk>/resend/", views.InvitationView.as_view(), name="api-resend"),
    path(
        f"{study}invitations/<int:pk>/revoke/",
        views.InvitationView.as_view(act=revoke_invitation),
        name="api-revoke",
    ),
    path(f"{study}audit/", views.AuditView.as_view(), name="api-audit"),
    path(f"{study}audit/chain/", views.ChainView.as_view(), name="api-audit-chain"),
    path(f"{study}archive/", views.ArchiveView.as_view(), name="api-archive"),
    path("tokens/", views.TokensView.as_view(), name="api-tokens"),
    path("tokens/<int:pk>/revoke/", views.TokenView.as_view(), name="api-token-revoke"),
]
