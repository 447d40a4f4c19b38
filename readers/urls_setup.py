"""Addresses of the set-up of a study and of its protocol."""

from __future__ import annotations

from django.urls import path

from readers.views import model_quality, protocol, setup

DRAFT = "studies/new/<uuid:public_id>/"
PROTOCOL = "studies/<slug:slug>/protocol/"

set_up = [
    path("studies/new/", setup.setup, name="setup"),
    path("studies/new/protocol.yaml", setup.setup_example, name="setup-example"),
    path(f"{DRAFT}<int:number>/", setup.setup_step, name="setup-step"),
    path(f"{DRAFT}outlook/", setup.setup_outlook, name="setup-outlook"),
    path(f"{DRAFT}discard/", setup.setup_discard, name="setup-discard"),
    path(PROTOCOL, protocol.protocol, name="protocol"),
    path(f"{PROTOCOL}protocol.yaml", protocol.protocol_file, name="protocol-file"),
    path(f"{PROTOCOL}change/", protocol.change, name="protocol-change"),
    path(f"{PROTOCOL}copy/", protocol.copy, name="protocol-copy"),
    path("studies/<slug:slug>/videos/", protocol.videos, name="videos"),
    path("studies/<slug:slug>/videos/quality/", model_quality.model_quality, name="model-quality"),
]
