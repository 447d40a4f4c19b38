from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from generation.models import Cohort, Radiograph, RenderChunk, RenderEvent, RenderJob, TrainedModel, Video


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows what imports and renders made; nobody edits it by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Cohort)
class CohortAdmin(admin.ModelAdmin):
    list_display = ("name", "title", "n_taken", "n_refused", "created_at")
    search_fields = ("name", "title")
    readonly_fields = ("name", "n_taken", "n_refused", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        # Rows would go and images stay; and videos were rendered from models that learned them.
        return False


@admin.register(Radiograph)
class RadiographAdmin(ReadOnlyAdmin):
    list_display = ("pixel_sha256", "cohort", "group", "sex", "age", "projection", "laterality", "implant")
    list_filter = ("cohort", "group", "sex", "projection", "laterality", "implant")
    search_fields = ("pixel_sha256", "patient")
    list_select_related = ("cohort",)
    show_full_result_count = False


@admin.register(TrainedModel)
class TrainedModelAdmin(ReadOnlyAdmin):
    list_display = ("name", "image_size", "cohort", "weights_sha256", "created_at")
    list_select_related = ("cohort",)


@admin.register(Video)
class VideoAdmin(ReadOnlyAdmin):
    list_display = ("id", "trained_model", "group_from", "group_to", "seed", "n_frames", "completed_at")
    list_filter = ("trained_model", "group_from", "group_to")
    search_fields = ("id", "spec_sha256", "manifest_sha256")
    list_select_related = ("trained_model",)


@admin.register(RenderJob)
class RenderJobAdmin(ReadOnlyAdmin):
    list_display = ("video", "state", "priority", "created_at", "started_at", "finished_at")
    list_filter = ("state",)
    list_select_related = ("video",)


@admin.register(RenderChunk)
class RenderChunkAdmin(ReadOnlyAdmin):
    list_display = ("job", "index", "first_frame", "last_frame", "state", "attempt", "lease_owner")
    list_filter = ("state",)
    list_select_related = ("job__video",)


@admin.register(RenderEvent)
class RenderEventAdmin(ReadOnlyAdmin):
    list_display = ("job", "act", "reason", "by", "at")
    list_filter = ("act",)
    list_select_related = ("job__video", "by")
