"""The form of the page that computes agreement from a file."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

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
        label="Ratings",
        help_text="CSV in UTF-8 with the columns reader, video (or subject), score, and criterion if there "
        "are several; an empty score is a missing rating.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    scale = forms.CharField(
        initial="1,2,3,4,5",
        max_length=1000,
        help_text="Every category that readers were offered, in order: 1,2,3,4,5 or none,mild,severe. "
        "Categories nobody chose count too.",
    )
    weights = forms.ChoiceField(
        choices=[(name, name) for name in WEIGHTS],
        help_text="identity: answers agree or do not. Others: neighbouring answers agree in part.",
    )
    population = forms.FloatField(
        required=False,
        min_value=2,
        help_text="Number of videos there are to sample from; leave it empty where there is no end of them.",
    )
    confidence = forms.FloatField(initial=0.95, min_value=0.5, max_value=0.999)

    tables: dict[str, Ratings]

    def clean_file(self) -> UploadedFile:
        """Refuse a large file before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(
                f"The file has {(file.size or 0) / MEGABYTE:.1f} MB; {LARGEST_FILE / MEGABYTE:g} MB is the "
                "limit here. `manage.py agreement` takes files of any size."
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
            self.add_error("file", f"Line {line} is not text in UTF-8; save the file as CSV in UTF-8.")
        except RatingsFileError as error:
            self.add_error("file", str(error))
        else:
            self._check_tables(cleaned.get("population"))
        return cleaned

    def _check_tables(self, population: float | None) -> None:
        if not self.tables:
            self.add_error("file", "The file has a header but no ratings.")
        if len(self.tables) > MOST_CRITERIA:
            self.add_error(
                "file", f"The file names {len(self.tables)} criteria; {MOST_CRITERIA} is the limit here."
            )
        videos = max((len(ratings.subjects) for ratings in self.tables.values()), default=0)
        if population is not None and population < videos:
            self.add_error("population", f"The file alone has {videos} videos.")
