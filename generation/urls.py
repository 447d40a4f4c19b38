"""Pages of the generation room."""

from __future__ import annotations

from django.urls import path

from generation.views import cohorts, models, outputs, renders, review, trainings

app_name = "generation"
urlpatterns = [
    path("renders/", renders.renders, name="renders"),
    path("trainings/", trainings.trainings, name="trainings"),
    path("trainings/<str:name>/", trainings.training, name="training"),
    path("trainings/<str:name>/samples/<int:number>.png", trainings.samples, name="training-samples"),
    path("renders/<uuid:pk>/", renders.render_page, name="render"),
    path("renders/<uuid:pk>/<str:file>", outputs.output, name="render-output"),
    path("models/", models.models, name="models"),
    path("models/<str:name>/", models.model, name="model"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("cohorts/<slug:name>/", cohorts.cohort, name="cohort"),
    path("cohorts/<slug:name>/films/", cohorts.films, name="films"),
    path("cohorts/<slug:name>/films/<slug:pixel_sha256>.png", cohorts.film, name="film"),
    path("cohorts/<slug:name>/held/", review.held_images, name="held-images"),
    path("cohorts/<slug:name>/held/<int:pk>/", review.held_image, name="held-image"),
    path("cohorts/<slug:name>/held/<int:pk>.png", review.held_pixels, name="held-pixels"),
]
