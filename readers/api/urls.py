"""Addresses of the readers room's API, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from readers.api import views

case = "assignments/<uuid:public_id>/"

urlpatterns = [
    path("worklist/", views.WorklistView.as_view(), name="api-worklist"),
    path(case, views.CaseView.as_view(), name="api-case"),
    path(f"{case}exposures/", views.ExposuresView.as_view(), name="api-exposures"),
    path(f"{case}answers/<slug:key>/", views.AnswerView.as_view(), name="api-answer"),
    path(f"{case}submit/", views.SubmitView.as_view(), name="api-submit"),
]
