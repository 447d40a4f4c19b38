"""Forms of the admin that hand their values to the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet

from generation.models import RenderJob, Video
from readers.errors import ProtocolError
from readers.models import Study


class ServiceForm(forms.ModelForm):
    """An "add" form whose values a service takes as the last step of validation.

    Only the act itself tells whether a service refuses, and its sentence belongs on the form. The admin
    validates an "add" form once, in one transaction with all that follows.
    """

    act: Callable[..., Any]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.instance = self.act(**self.cleaned_data)
        except ProtocolError as refusal:
            self.add_error(None, str(refusal))


class VideosField(forms.ModelMultipleChoiceField):
    """Videos, each with what must be alike in a study."""

    def label_from_instance(self, obj: Any) -> str:
        state = "rendered" if obj.is_complete else "being rendered"
        return f"{obj}: {obj.n_frames} frames of {obj.width} × {obj.height}, {obj.trained_model}, {state}"


class AllocationForm(forms.Form):
    """The videos to draw from; those between groups named as the study's are chosen to begin with."""

    videos = VideosField(queryset=Video.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = free_videos()
        field = cast(VideosField, self.fields["videos"])
        field.queryset = free
        field.initial = free.filter(group_from=study.group_a, group_to=study.group_b)


def free_videos() -> QuerySet[Video]:
    """Videos of no study that are rendered, or will be: their job waits or runs."""
    waiting = RenderJob.objects.filter(state__in=("queued", "running")).values("video")
    return (
        Video.objects.filter(Q(completed_at__isnull=False) | Q(pk__in=waiting), study_videos__isnull=True)
        .select_related("trained_model")
        .order_by("created_at", "id")
    )
