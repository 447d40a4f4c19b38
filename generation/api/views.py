"""Lists and single records for engineers; nothing is written here."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from generation.api.serializers import (
    CohortSerializer,
    RenderJobSerializer,
    TrainedModelSerializer,
    VideoSerializer,
    VideoWithManifestSerializer,
)
from generation.models import Cohort, TrainedModel
from generation.permissions import IsEngineer
from generation.selectors.videos import render_jobs, videos_with_progress


class CohortViewSet(ReadOnlyModelViewSet):
    permission_classes = (IsEngineer,)
    serializer_class = CohortSerializer
    queryset = Cohort.objects.all()
    lookup_field = "name"


class TrainedModelViewSet(ReadOnlyModelViewSet):
    permission_classes = (IsEngineer,)
    serializer_class = TrainedModelSerializer
    queryset = TrainedModel.objects.select_related("cohort")
    lookup_field = "name"


class VideoViewSet(ReadOnlyModelViewSet):
    permission_classes = (IsEngineer,)
    queryset = videos_with_progress()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return VideoSerializer if self.action == "list" else VideoWithManifestSerializer


class RenderJobViewSet(ReadOnlyModelViewSet):
    permission_classes = (IsEngineer,)
    serializer_class = RenderJobSerializer
    queryset = render_jobs()
