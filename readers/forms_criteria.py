"""The coordinator's form for the final criteria: one row each, anchors typed or worded as in the paper."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from readers.models import Criterion
from readers.protocol.anchors import MAGNITUDE, shape
from readers.protocol.forms import N_ANCHORS, anchor_problem

ANCHORS = [f"anchor_{code}" for code in range(1, N_ANCHORS + 1)]


class CriterionRow(forms.Form):
    """A criterion. With a wording chosen, its five anchors are written from it."""

    key = forms.SlugField(required=False, max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(max_length=120, label=gettext_lazy("Name"))
    wording = forms.ChoiceField(
        choices=[
            ("", gettext_lazy("as typed below")),
            ("magnitude", gettext_lazy("decreases … increases")),
            ("shape", gettext_lazy("from one shape to another")),
        ],
        required=False,
        label=gettext_lazy("Anchors"),
    )
    low = forms.CharField(
        max_length=40,
        required=False,
        label=gettext_lazy("Shape of codes 1 and 2"),
        help_text=gettext_lazy("for example “elongated”"),
    )
    high = forms.CharField(
        max_length=40,
        required=False,
        label=gettext_lazy("Shape of codes 4 and 5"),
        help_text=gettext_lazy("for example “round”"),
    )
    anchor_1, anchor_2, anchor_3, anchor_4, anchor_5 = (
        forms.CharField(max_length=120, required=False, label=str(code)) for code in range(1, N_ANCHORS + 1)
    )

    def clean(self) -> dict[str, Any]:
        """Fill the anchors from the wording, and refuse what cannot be a criterion's anchors."""
        data = super().clean() or {}
        if data.get("wording") == "magnitude":
            anchors = list(MAGNITUDE)
        elif data.get("wording") == "shape":
            if not (data.get("low") and data.get("high")):
                raise forms.ValidationError(_("Give the words for both shapes."))
            anchors = list(shape(data["low"], data["high"]))
        else:
            anchors = [data.get(name, "") for name in ANCHORS]
        if problem := anchor_problem(anchors):
            raise forms.ValidationError(_(problem))
        return {**data, "anchors": anchors}

    def values(self, before: Criterion | None) -> dict[str, Any]:
        """The criterion as the service takes it; words of Table 3 are kept, or follow from the wording."""
        data = self.cleaned_data
        low, high = (before.finding_low, before.finding_high) if before else ("", "")
        if data["wording"] == "magnitude":
            low, high = "Decreased", "Increased"
        elif data["wording"] == "shape":
            low, high = f"More {data['low']}", f"More {data['high']}"
        return {
            "key": data["key"],
            "name": data["name"],
            "anchors": data["anchors"],
            "finding_low": low,
            "finding_high": high,
        }


class CriteriaRows(BaseFormSet):
    """All rows; those without a name are left out, and `order` numbers sort the others."""

    def criteria(self, before: dict[str, Criterion]) -> list[dict[str, Any]]:
        """The criteria in order, as the service takes them."""
        return [
            form.values(before.get(form.cleaned_data["key"]))
            for form in self.ordered_forms
            if form.cleaned_data.get("name")
        ]


def criteria_rows(data: Any = None, *, criteria: list[Criterion], extra: int = 1) -> CriteriaRows:
    """The rows for a draft, with some empty ones after them."""
    formset = forms.formset_factory(
        CriterionRow, formset=CriteriaRows, extra=extra, can_order=True, can_delete=True, max_num=40
    )
    initial = [
        {"key": criterion.key, "name": criterion.name, **dict(zip(ANCHORS, criterion.anchors, strict=True))}
        for criterion in criteria
    ]
    return cast(CriteriaRows, formset(data, initial=initial, prefix="c"))
