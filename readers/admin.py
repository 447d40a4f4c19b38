"""Admin of the readers room: people are entered there, the rest can only be looked at.

A person sees nothing there of a study in which the same person reads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest

from readers import models
from readers.forms import ServiceForm
from readers.services.studies import enrol_reader, grant_role

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


@admin.register(models.Study)
class StudyRecordAdmin(RecordAdmin):
    """Studies are set up and changed on their own pages, where each change asks for a reason."""

    list_display = ["title", "slug", "n_exploratory", "n_blinded", "washout_days", "form_locked_at"]


@admin.register(models.Criterion, models.StudyVideo)
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


@admin.register(models.Unlock)
class UnlockAdmin(RecordAdmin):
    """Who opened a submitted case again, and why."""

    path_to_study = "submission__assignment__reader__study__"
    list_display = ["submission", "by", "at", "reason"]


@admin.register(models.Exposure, models.Submission, models.Answer, models.ViewingEvent)
class AssignmentPartAdmin(RecordAdmin):
    """What a reader saw and answered."""

    path_to_study = "assignment__reader__study__"
    list_display = ["assignment", "__str__"]
