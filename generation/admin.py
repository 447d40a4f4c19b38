from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from generation.models import Cohort, Radiograph


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
