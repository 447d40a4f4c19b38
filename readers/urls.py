"""Addresses of the readers room's pages and frames."""

from __future__ import annotations

from django.urls import path, register_converter

from readers.frame_addresses import SealConverter
from readers.urls_people import people
from readers.urls_setup import set_up
from readers.views import (
    cases,
    consensus,
    consensus_form,
    display_check,
    frames,
    reading,
    rehearsal,
    signatures,
    studies,
)

register_converter(SealConverter, "seal")

app_name = "readers"

urlpatterns = [
    path("read/", reading.home, name="home"),
    path("read/display-check/", display_check.display_check, name="display-check"),
    path("read/<uuid:public_id>/", reading.case, name="case"),
    path("frames/<seal:sealed>/<uuid:public_id>/<int:position>.png", frames.frame, name="frame"),
    path("frames/<seal:sealed>/<uuid:public_id>.bundle", frames.bundle, name="bundle"),
    path("consensus/<uuid:public_id>/", consensus.room, name="room"),
    path("consensus/<uuid:public_id>/act/", consensus.act, name="room-act"),
    path("consensus/<uuid:public_id>/form/", consensus_form.form, name="room-form"),
    path("consensus/<uuid:public_id>/form/preview/", consensus_form.preview, name="room-preview"),
    path("consensus/<uuid:public_id>/stills/<uuid:observation>.png", consensus.still, name="room-still"),
    path("sign/<uuid:public_id>/<slug:meaning>/", signatures.sign, name="sign"),
    path("studies/<slug:slug>/consensus/", consensus.of_study, name="consensus"),
    path("studies/<slug:slug>/signatures/", signatures.signatures, name="signatures"),
    path("studies/", studies.studies, name="studies"),
    *set_up,
    path("studies/<slug:slug>/", studies.study, name="study"),
    path("studies/<slug:slug>/readers/<slug:code>/cases/", cases.cases, name="cases"),
    path(
        "studies/<slug:slug>/readers/<slug:code>/cases/<uuid:public_id>/unlock/", cases.unlock, name="unlock"
    ),
    path("studies/<slug:slug>/lock-form/", studies.lock_form, name="lock-form"),
    path("studies/<slug:slug>/rehearsal/", rehearsal.make, name="rehearse"),
    path("studies/<slug:slug>/clock/", rehearsal.move, name="move-clock"),
    *people,
]
