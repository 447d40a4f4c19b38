"""The form of the page that computes agreement from a file."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stats.agreement import WEIGHTS, Ratings, weight_matrix
from stats.agreement.ratings_file import RatingsFileError, read_ratings, scale_from_text
from stats.agreement.scale import Scale

MEGABYTE = 1_000_000
LARGEST_FILE = 2 * MEGABYTE  # stays below Django's limit for files that are kept in memory
MOST_CELLS = 2_000_000
MOST_CRITERIA = 100


class RatingsForm(forms.Form):
    """A ratings file and how to read it; when valid, ``tables`` holds the ratings of each criterion."""

    file = forms.FileField(
        label=_("Ratings"),
        help_text=_(
            "CSV in UTF-8 with the columns reader, video (or subject), score, and criterion if there are "
            "several; an empty score is a missing rating."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    scale = forms.CharField(
        label=_("Scale"),
        initial="1,2,3,4,5",
        max_length=1000,
        help_text=_(
            "Every category that readers were offered, in order: 1,2,3,4,5 or none,mild,severe. Categories "
            "nobody chose count too."
        ),
    )
    weights = forms.ChoiceField(
        label=_("Weights"),
        choices=[(name, name) for name in WEIGHTS],
        help_text=_("identity: answers agree or do not. Others: neighbouring answers agree in part."),
    )
    population = forms.FloatField(
        label=_("Population"),
        required=False,
        min_value=2,
        help_text=_(
            "Number of videos there are to sample from; leave it empty where there is no end of them."
        ),
    )
    confidence = forms.FloatField(label=_("Confidence"), initial=0.95, min_value=0.5, max_value=0.999)

    tables: dict[str, Ratings]

    def clean_file(self) -> UploadedFile:
        """Refuse a large file before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(
                gettext(
                    "The file has %(size)s MB; %(limit)s MB is the limit here. `manage.py agreement` takes "
                    "files of any size."
                )
                % {"size": f"{(file.size or 0) / MEGABYTE:.1f}", "limit": f"{LARGEST_FILE / MEGABYTE:g}"}
            )
        return file

    def clean_scale(self) -> Scale:
        """The scale. Its own words say what is wrong with it."""
        try:
            return scale_from_text(self.cleaned_data["scale"])
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Read the file on its scale, which must allow the weights."""
        cleaned = super().clean() or self.cleaned_data
        if "weights" in cleaned and "scale" in cleaned:
            try:
                weight_matrix(cleaned["weights"], cleaned["scale"])
            except ValueError as error:
                self.add_error("weights", str(error))
        if "file" not in cleaned or "scale" not in cleaned:
            return cleaned
        content: bytes = cleaned["file"].read()
        try:
            lines = io.StringIO(content.decode("utf-8-sig"), newline="")
            self.tables = read_ratings(lines, cleaned["scale"], most_cells=MOST_CELLS)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.add_error(
                "file",
                gettext("Line %(line)d is not text in UTF-8; save the file as CSV in UTF-8.")
                % {"line": line},
            )
        except RatingsFileError as error:
            self.add_error("file", str(error))
        else:
            self._check_tables(cleaned.get("population"))
        return cleaned

    def _check_tables(self, population: float | None) -> None:
        if not self.tables:
            self.add_error("file", gettext("The file has a header but no ratings."))
        if len(self.tables) > MOST_CRITERIA:
            self.add_error(
                "file",
                gettext("The file names %(n)d criteria; %(limit)d is the limit here.")
                % {"n": len(self.tables), "limit": MOST_CRITERIA},
            )
        videos = max((len(ratings.subjects) for ratings in self.tables.values()), default=0)
        if population is not None and population < videos:
            self.add_error(
                "population",
                ngettext("The file alone has %(n)d video.", "The file alone has %(n)d videos.", videos)
                % {"n": videos},
            )
