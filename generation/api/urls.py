"""API addresses of the generation room."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from generation.api import views

router = SimpleRouter()
router.register("cohorts", views.CohortViewSet, basename="cohort")
router.register("models", views.TrainedModelViewSet, basename="trained-model")
router.register("videos", views.VideoViewSet, basename="video")
router.register("render-jobs", views.RenderJobViewSet, basename="render-job")

urlpatterns = router.urls
