"""The pages of models: for engineers, and for a study's coordinators."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from generation.models import TrainedModel
from generation.services.quality import record_quality, take_up_quality
from tests.generation.quality.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(settings, tmp_path):
    settings.MODELS_ROOT = tmp_path
    folder = tmp_path / "gradients"
    folder.mkdir()
    return TrainedModel.objects.create(
        name="gradients",
        folder="gradients",
        weights_sha256="c" * 64,
        image_size=16,
        config={"model": {}},
        conditions={"attributes": [{"name": "group"}]},
    )


@pytest.fixture
def engineer(client, django_user_model):
    from django.contrib.auth.models import Group

    user = django_user_model.objects.create_user("engineer")
    user.groups.add(Group.objects.get_or_create(name="engineers")[0])
    client.force_login(user)
    return client


def test_an_unmeasured_model_says_so_and_how_to_measure_it(engineer, model):
    assert "not measured" in engineer.get("/models/").content.decode()
    text = engineer.get("/models/gradients/").content.decode()
    assert "quality_report gradients" in text


def test_the_page_shows_what_was_measured(engineer, model):
    record_quality(trained_model=model, report=report("c" * 64))
    text = engineer.get("/models/gradients/").content.decode()
    for words in ("width", "age · control<", "efficientnet-lite0", "no FID", "The paper used 4.", "polyline"):
        assert words in text, words
    assert "style=" not in text


def test_the_page_is_spanish_for_who_reads_spanish(engineer, model):
    record_quality(trained_model=model, report=report("c" * 64))
    text = engineer.get("/models/gradients/", headers={"accept-language": "es"}).content.decode()
    assert "Efecto según la guía" in text
    for english in (
        "Effect against",
        "Fréchet distance",
        "grey levels",
        "Read (r²)",
        "· control<",
        "brackets",
    ):
        assert english not in text, english


def test_a_report_that_was_edited_afterwards_is_not_shown(engineer, model):
    record_quality(trained_model=model, report=report("c" * 64))
    path = model.path / "quality.json"
    path.write_text(path.read_text().replace('"value": 2.0', '"value": 1.0'))
    text = engineer.get("/models/gradients/").content.decode()
    assert "changed since it was recorded" in text
    assert "efficientnet" not in text


def test_a_report_of_other_weights_is_not_taken_up(model):
    with pytest.raises(ValidationError, match="other weights"):
        record_quality(trained_model=model, report=report("d" * 64))
    model.refresh_from_db()
    assert "quality_sha256" not in model.config


def test_a_shipped_report_is_taken_up_once_it_lies_there(model):
    with pytest.raises(ValidationError, match="cannot be read"):
        take_up_quality(trained_model=model)
