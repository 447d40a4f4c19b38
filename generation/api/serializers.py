from __future__ import annotations

from rest_framework import serializers

from generation.models import Cohort, RenderJob, TrainedModel, Video


class CohortSerializer(serializers.ModelSerializer):
    class Meta:
        model = Cohort
        fields = ("name", "title", "source", "n_taken", "n_refused", "created_at")


class TrainedModelSerializer(serializers.ModelSerializer):
    cohort: serializers.SlugRelatedField[Cohort] = serializers.SlugRelatedField(
        slug_field="name", read_only=True
    )

    class Meta:
        model = TrainedModel
        fields = ("name", "weights_sha256", "conditions", "image_size", "cohort", "created_at")


class VideoSerializer(serializers.ModelSerializer):
    """A video with its progress; the manifest, which lists every frame, comes with the single video only."""

    trained_model: serializers.SlugRelatedField[TrainedModel] = serializers.SlugRelatedField(
        slug_field="name", read_only=True
    )
    n_ready = serializers.IntegerField(read_only=True, help_text="Frames that are rendered.")
    state = serializers.CharField(source="render_job.state", read_only=True)

    class Meta:
        model = Video
        fields = (
            "id",
            "trained_model",
            "group_from",
            "group_to",
            "seed",
            "n_frames",
            "n_ready",
            "state",
            "width",
            "height",
            "spec",
            "spec_sha256",
            "manifest_sha256",
            "created_at",
            "completed_at",
        )


class VideoWithManifestSerializer(VideoSerializer):
    class Meta(VideoSerializer.Meta):
        fields = (*VideoSerializer.Meta.fields, "manifest")  # type: ignore[assignment]


class RenderJobSerializer(serializers.ModelSerializer):
    n_chunks = serializers.IntegerField(read_only=True)
    n_chunks_done = serializers.IntegerField(read_only=True)

    class Meta:
        model = RenderJob
        fields = (
            "id",
            "video",
            "state",
            "priority",
            "error",
            "n_chunks",
            "n_chunks_done",
            "created_at",
            "started_at",
            "finished_at",
        )
