"""Admin of the readers room: everything can be looked at and nothing entered; the pages do that.

A person sees nothing there of a study in which the same person reads.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from readers import models
from readers.permissions import studies_coordinated

# The side bar names only studies whose rows the person may see: a title can tell a reader the groups.
BY_STUDY = ("study", admin.RelatedOnlyFieldListFilter)


class RecordAdmin(admin.ModelAdmin):
    """Rows that are written by the services alone, but for those of studies in which the person reads."""

    path_to_study = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = models.Reader.objects.filter(user=cast(User, request.user)).values("study")
        lookup = f"{self.path_to_study}in" if self.path_to_study else "pk__in"
        return super().get_queryset(request).exclude(**{lookup: own})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.Study)
class StudyRecordAdmin(RecordAdmin):
    """Studies are set up and changed on their own pages, where each change asks for a reason."""

    list_display = ["title", "slug", "n_exploratory", "n_blinded", "washout_days", "form_locked_at"]


@admin.register(models.Criterion, models.StudyVideo, models.Membership, models.Reader)
class StudyPartAdmin(RecordAdmin):
    """Parts and people of a study, which services alone put in."""

    path_to_study = "study__"
    list_display = ["study", "__str__"]
    list_filter = [BY_STUDY]


@admin.register(models.Allocation, models.Assignment)
class ReaderPartAdmin(RecordAdmin):
    """What was drawn for a reader."""

    path_to_study = "reader__study__"
    list_display = ["reader", "__str__"]


@admin.register(models.AuditEvent)
class AuditEventAdmin(RecordAdmin):
    """The audit trail, latest event first."""

    path_to_study = "study__"
    list_display = ["number", "at", "__str__", "study", "target_type", "target_id"]
    list_filter = ["action", BY_STUDY]
    list_select_related = ["study"]
    ordering = ["-number"]


@admin.register(models.Unlock)
class UnlockAdmin(RecordAdmin):
    """Who opened a submitted case again, and why."""

    path_to_study = "submission__assignment__reader__study__"
    list_display = ["submission", "by", "at", "reason"]


@admin.register(models.Exposure, models.Submission, models.ViewingEvent)
class AssignmentPartAdmin(RecordAdmin):
    """What a reader saw and answered."""

    path_to_study = "assignment__reader__study__"
    list_display = ["assignment", "__str__"]


@admin.register(models.Answer)
class AnswerAdmin(AssignmentPartAdmin):
    """Answers, but for those of studies that the person coordinates: the results page alone shows these."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        coordinated = studies_coordinated(cast(User, request.user))
        return super().get_queryset(request).exclude(assignment__reader__study__in=coordinated)
