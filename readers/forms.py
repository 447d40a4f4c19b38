"""The form that chooses the videos of a study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from generation.models import Video
from readers.selectors.videos import free_videos


class VideosField(forms.ModelMultipleChoiceField):
    """Videos, each with what must be alike in a study."""

    def label_from_instance(self, obj: Any) -> str:
        state = "rendered" if obj.is_complete else "being rendered"
        return f"{obj}: {obj.n_frames} frames of {obj.width} × {obj.height}, {obj.trained_model}, {state}"


class AllocationForm(forms.Form):
    """The videos to draw from; those from its group A to its A or B are chosen to begin with."""

    videos = VideosField(queryset=Video.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, group_a: str, group_b: str, chosen: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        free = free_videos()
        fitting = free.filter(group_from=group_a, group_to__in=(group_a, group_b))
        field = cast(VideosField, self.fields["videos"])
        field.queryset = free
        field.initial = list(chosen) or fitting
