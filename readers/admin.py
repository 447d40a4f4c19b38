"""Admin of the readers room: set-up is made and edited there, the record can only be looked at.

A person sees nothing there of a study in which the same person reads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from readers import models
from readers.errors import RoleRequired, SetupError
from readers.forms import AllocationForm, ServiceForm
from readers.permissions import require_coordinator
from readers.services.allocation import allocate_videos
from readers.services.audit import record
from readers.services.signing import void_changed
from readers.services.studies import create_study, enrol_reader, grant_role

# The side bar names only studies whose rows the person may see: a title can tell a reader the groups.
BY_STUDY = ("study", admin.RelatedOnlyFieldListFilter)


class StudyAdmin(admin.ModelAdmin):
    """Hide the studies in which the signed-in person is a reader."""

    path_to_study = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = models.Reader.objects.filter(user=cast(User, request.user)).values("study")
        lookup = f"{self.path_to_study}in" if self.path_to_study else "pk__in"
        return super().get_queryset(request).exclude(**{lookup: own})

    def studies_to_add_to(self, user: User) -> QuerySet[models.Study]:
        """The studies that an "add" form offers; never one in which the person reads."""
        return models.Study.objects.exclude(readers__user=user)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "study":
            kwargs["queryset"] = self.studies_to_add_to(cast(User, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AddedByServiceAdmin(StudyAdmin):
    """Rows that a service adds, as the signed-in person; its refusals are errors of the form."""

    service: Callable[..., Model]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        if change:
            return super().get_form(request, obj, change, **kwargs)
        form = cast(type[ServiceForm], super().get_form(request, obj, change, form=ServiceForm, **kwargs))
        form.act = staticmethod(partial(type(self).service, by=request.user))
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)


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
        _void_changed(request, obj.study)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def _record(self, request: HttpRequest, obj: models.Study | models.Criterion, details: dict) -> None:
        study = obj if isinstance(obj, models.Study) else obj.study
        _void_changed(request, study)
        record(action=self.action, actor=cast(User, request.user), study=study, target=obj, details=details)


def _void_changed(request: HttpRequest, study: models.Study) -> None:
    reason = gettext("The criteria were changed by hand.")
    void_changed(study=study, by=cast(User, request.user), reason=reason)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@admin.register(models.Study)
class EditableStudyAdmin(AddedByServiceAdmin, AuditedAdmin):
    """The protocol of a study; once the form is locked only title and notice can be edited.

    Whoever adds a study coordinates it.
    """

    service = staticmethod(create_study)
    action = models.Action.STUDY_EDITED
    actions = ["allocate"]
    list_display = ["title", "slug", "n_exploratory", "n_blinded", "washout_days", "form_locked_at"]
    readonly_fields = ["form_locked_at", "form_sha256", "created_at"]
    fields = [
        *("slug", "title", "group_a", "group_b", "question_template", "n_exploratory", "n_blinded"),
        *("washout_days", "conceal_direction", "allocation_seed", "notice", *readonly_fields),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Study | None = None) -> list[str]:
        fields = [field.name for field in models.Study._meta.fields if field.name not in ("title", "notice")]
        return fields if obj and obj.form_locked_at else list(self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description="Allocate videos", permissions=["change"])
    def allocate(self, request: HttpRequest, queryset: QuerySet[models.Study]) -> HttpResponse | None:
        """Ask from which videos to draw, and draw."""
        user = cast(User, request.user)
        if queryset.count() != 1:
            self.message_user(
                request, "Choose one study: videos are allocated study by study.", messages.ERROR
            )
            return None
        study = queryset.get()
        try:
            require_coordinator(user=user, study=study)
        except RoleRequired as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return None
        form = AllocationForm(request.POST if "draw" in request.POST else None, study=study)
        if form.is_valid():
            try:
                drawn = allocate_videos(study=study, videos=form.cleaned_data["videos"], by=user)
            except SetupError as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, f"{len(drawn)} videos are allocated to “{study}”.")
                return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Allocate videos",
            "study": study,
            "form": form,
        }
        return TemplateResponse(request, "readers/allocate.html", context)


@admin.register(models.Criterion)
class CriterionAdmin(AuditedAdmin):
    """Criteria can be added and edited until the form is locked."""

    action = models.Action.CRITERIA_EDITED
    path_to_study = "study__"
    list_display = ["study", "position", "key", "name"]
    list_filter = [BY_STUDY]

    def studies_to_add_to(self, user: User) -> QuerySet[models.Study]:
        return super().studies_to_add_to(user).filter(form_locked_at__isnull=True)

    def has_change_permission(self, request: HttpRequest, obj: models.Criterion | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.study.form_locked_at)

    def has_delete_permission(self, request: HttpRequest, obj: models.Criterion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.study.form_locked_at)


@admin.register(models.StudyVideo)
class StudyPartAdmin(RecordAdmin):
    """Parts of a study, which services alone put in."""

    path_to_study = "study__"
    list_display = ["study", "__str__"]
    list_filter = [BY_STUDY]


class PeopleAdmin(AddedByServiceAdmin, StudyPartAdmin):
    """People of a study, whom its coordinators add; nobody is changed or removed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def studies_to_add_to(self, user: User) -> QuerySet[models.Study]:
        coordinated = models.Membership.objects.filter(user=user, role=models.Membership.Role.COORDINATOR)
        return super().studies_to_add_to(user).filter(pk__in=coordinated.values("study"))


@admin.register(models.Membership)
class MembershipAdmin(PeopleAdmin):
    """Roles, other than that of a reader."""

    service = staticmethod(grant_role)


@admin.register(models.Reader)
class ReaderAdmin(PeopleAdmin):
    """Readers; one enrolled after the allocation has the orders drawn at once."""

    service = staticmethod(enrol_reader)


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


@admin.register(models.Exposure, models.Submission, models.Answer)
class AssignmentPartAdmin(RecordAdmin):
    """What a reader saw and answered."""

    path_to_study = "assignment__reader__study__"
    list_display = ["assignment", "__str__"]
