"""Admin of the readers room: set-up can be edited there, the record can only be looked at.

A person sees nothing there of a study in which the same person reads.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from readers import models
from readers.services.audit import record


class StudyAdmin(admin.ModelAdmin):
    """Hide the studies in which the signed-in person is a reader."""

    path_to_study = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = models.Reader.objects.filter(user=cast(User, request.user)).values("study")
        lookup = f"{self.path_to_study}in" if self.path_to_study else "pk__in"
        return super().get_queryset(request).exclude(**{lookup: own})


class RecordAdmin(StudyAdmin):
    """Rows that are written by the protocol alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AuditedAdmin(StudyAdmin):
    """Set-up by hand: each change leaves an audit event with the values before and after."""

    action: models.Action

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        before = form.initial if change else {}
        values = {name: [_text(before.get(name)), _text(getattr(obj, name))] for name in form.changed_data}
        super().save_model(request, obj, form, change)
        self._record(request, obj, {"act": "change" if change else "add", "values": values})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record(request, obj, {"act": "delete", "values": {"name": [str(obj), None]}})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def _record(self, request: HttpRequest, obj: models.Study | models.Criterion, details: dict) -> None:
        study = obj if isinstance(obj, models.Study) else obj.study
        record(action=self.action, actor=cast(User, request.user), study=study, target=obj, details=details)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@admin.register(models.Study)
class EditableStudyAdmin(AuditedAdmin):
    """The protocol of a study; once the form is locked only title and notice can be edited."""

    action = models.Action.STUDY_EDITED
    list_display = ["title", "slug", "n_exploratory", "n_blinded", "washout_days", "form_locked_at"]
    readonly_fields = ["form_locked_at", "form_sha256", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Study | None = None) -> list[str]:
        fields = [field.name for field in models.Study._meta.fields if field.name not in ("title", "notice")]
        return fields if obj and obj.form_locked_at else list(self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.Criterion)
class CriterionAdmin(AuditedAdmin):
    """Criteria can be edited until the form is locked."""

    action = models.Action.CRITERIA_EDITED
    path_to_study = "study__"
    list_display = ["study", "position", "key", "name"]
    list_filter = ["study"]

    def has_change_permission(self, request: HttpRequest, obj: models.Criterion | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.study.form_locked_at)

    def has_delete_permission(self, request: HttpRequest, obj: models.Criterion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.study.form_locked_at)


@admin.register(models.Membership, models.Reader, models.StudyVideo)
class StudyPartAdmin(RecordAdmin):
    """People and videos of a study, which services alone put in."""

    path_to_study = "study__"
    list_display = ["study", "__str__"]
    list_filter = ["study"]


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
    list_filter = ["action", "study"]
    list_select_related = ["study"]
    ordering = ["-number"]


@admin.register(models.Exposure, models.Submission, models.Answer)
class AssignmentPartAdmin(RecordAdmin):
    """What a reader saw and answered."""

    path_to_study = "assignment__reader__study__"
    list_display = ["assignment", "__str__"]
