"""Addresses of the readers room's API, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from readers.api import consensus, session, viewing, views
from readers.api.urls_people import people
from readers.api.urls_protocol import protocol

case = "assignments/<uuid:public_id>/"
room = "consensus/<uuid:public_id>/"

urlpatterns = [
    path("display-checks/", viewing.DisplayChecksView.as_view(), name="api-display-checks"),
    path("worklist/", views.WorklistView.as_view(), name="api-worklist"),
    path(case, views.CaseView.as_view(), name="api-case"),
    path(f"{case}ahead/", viewing.AheadView.as_view(), name="api-ahead"),
    path(f"{case}exposures/", views.ExposuresView.as_view(), name="api-exposures"),
    path(f"{case}answers/<slug:key>/", views.AnswerView.as_view(), name="api-answer"),
    path(f"{case}submit/", views.SubmitView.as_view(), name="api-submit"),
    path(f"{case}observations/", consensus.ObservationsView.as_view(), name="api-observations"),
    path(
        f"{case}observations/<uuid:observation>/retraction/",
        consensus.RetractionView.as_view(),
        name="api-retraction",
    ),
    path(room, consensus.RoomStateView.as_view(), name="api-room"),
    path(f"{room}acts/", consensus.RoomActsView.as_view(), name="api-room-acts"),
    path(f"{room}candidates/", consensus.RoomCandidatesView.as_view(), name="api-room-candidates"),
    path(f"{room}merge/", consensus.RoomMergeView.as_view(), name="api-room-merge"),
    path(f"{room}criteria/", consensus.RoomCriteriaView.as_view(), name="api-room-criteria"),
    path(f"{room}lock/", consensus.RoomLockView.as_view(), name="api-room-lock"),
    path(f"{room}signatures/", consensus.RoomSignaturesView.as_view(), name="api-signatures"),
    path(f"{room}signatures/<slug:meaning>/", consensus.SignView.as_view(), name="api-sign"),
    path(f"{case}events/", views.EventsView.as_view(), name="api-events"),
    path(f"{case}unlock/", views.UnlockView.as_view(), name="api-unlock"),
    path("session/", session.SessionView.as_view(), name="api-session"),
    *people,
    *protocol,
]
