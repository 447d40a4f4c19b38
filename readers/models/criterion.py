"""A Likert item of the form."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from readers.models.study import Study
from readers.protocol.forms import Item, anchor_problem


class Criterion(models.Model):
    """One criterion with five anchors; it cannot be added, changed or removed once the form is locked."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="criteria")
    position = models.PositiveIntegerField()
    key = models.SlugField(max_length=64)
    name = models.CharField(max_length=120)
    anchors = models.JSONField(help_text=_("List of five strings: the words of codes 1 to 5."))
    finding_low = models.CharField(
        max_length=60, blank=True, help_text=_("Words of Table 3 when codes 1 and 2 prevail from A to B.")
    )
    finding_high = models.CharField(
        max_length=60, blank=True, help_text=_("Words of Table 3 when codes 4 and 5 prevail from A to B.")
    )

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="criterion_key_unique"),
            models.UniqueConstraint(fields=["study", "position"], name="criterion_position_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a locked form, and anchors that are not five different texts."""
        if self.study_id is not None and self.study.form_locked_at is not None:
            raise ValidationError(
                {"study": gettext("The form of this study is locked: its criteria can no longer change.")}
            )
        if problem := anchor_problem(self.anchors):
            raise ValidationError({"anchors": gettext(problem)})

    @property
    def item(self) -> Item:
        """The part of a criterion that readers see and the form hash covers."""
        return Item(key=self.key, name=self.name, anchors=tuple(self.anchors))
