from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from generation.models import Cohort, Radiograph, RenderChunk, RenderJob, TrainedModel, Video
from generation.permissions import is_engineer
from generation.services.rendering import cancel_job, retry_job


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
    actions = ("cancel", "retry")

    def has_engineer_permission(self, request: HttpRequest) -> bool:
        return is_engineer(request.user)

    @admin.action(permissions=["engineer"], description="Cancel: finished frames stay")
    def cancel(self, request: HttpRequest, queryset: QuerySet[RenderJob]) -> None:
        self._each(request, queryset, cancel_job)

    @admin.action(permissions=["engineer"], description="Retry: finished chunks are not rendered again")
    def retry(self, request: HttpRequest, queryset: QuerySet[RenderJob]) -> None:
        self._each(request, queryset, retry_job)

    def _each(self, request: HttpRequest, jobs: QuerySet[RenderJob], act: Callable[..., RenderJob]) -> None:
        for job in jobs:
            try:
                act(job=job)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.WARNING)
            else:
                self.message_user(request, f"Done: {job.video}")


@admin.register(RenderChunk)
class RenderChunkAdmin(ReadOnlyAdmin):
    list_display = ("job", "index", "first_frame", "last_frame", "state", "attempt", "lease_owner")
    list_filter = ("state",)
    list_select_related = ("job__video",)
