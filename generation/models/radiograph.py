from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from generation.models.cohort import Cohort


class Radiograph(models.Model):
    """One de-identified grey image with the few attributes that a study names, and nothing else.

    The whitelist is this table: what has no column here was left behind in the source file.
    """

    class Sex(models.TextChoices):
        FEMALE = "F", "female"
        MALE = "M", "male"

    class Laterality(models.TextChoices):
        LEFT = "left"
        RIGHT = "right"
        BILATERAL = "bilateral"

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="radiographs")
    patient = models.CharField(
        max_length=32,
        help_text="Pseudonym: the same person has the same one in every cohort of this installation.",
    )
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True, default="")
    age = models.FloatField(null=True, blank=True, help_text="Years at the time of the radiograph.")
    bmi = models.FloatField(null=True, blank=True, help_text="Body mass index, kg/m².")
    group = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="The group that the study compares. Readers never see it.",
    )
    projection = models.CharField(max_length=32, blank=True, default="")
    laterality = models.CharField(max_length=16, choices=Laterality.choices, blank=True, default="")
    implant = models.BooleanField(null=True, blank=True)
    site = models.CharField(max_length=64, blank=True, default="", help_text=_("Where it was taken: a code."))
    shifted_date = models.DateField(
        null=True,
        blank=True,
        help_text=_(
            "Day of the radiograph, moved back by a number of days that is the same for one patient."
        ),
    )
    guessed = models.CharField(
        max_length=40,
        blank=True,
        default="",
        help_text=_("Columns that a characteriser filled in, not the registry."),
    )
    split = models.CharField(
        max_length=5,
        blank=True,
        default="",
        help_text=_("train, val or test: the same for a patient's films."),
    )
    perceptual_hash = models.CharField(
        max_length=64, blank=True, default="", help_text=_("Alike for pictures that look alike.")
    )
    pixel_mm = models.FloatField(null=True, blank=True, help_text=_("Side of a stored pixel in millimetres."))
    pixel_plane = models.CharField(
        max_length=8,
        blank=True,
        default="",
        help_text=_("Where that holds: at the detector or in the patient."),
    )
    pixel_sha256 = models.CharField(
        max_length=64, help_text="SHA-256 of the stored grey pixels, row by row, one byte each."
    )
    image = models.FileField(max_length=255, help_text="8-bit grey PNG in the media storage.")
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    source_rows = models.PositiveIntegerField()
    source_columns = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("cohort", "pixel_sha256")
        indexes = (
            # Table 1, missing data and filters read this index alone, however many rows there are.
            models.Index(
                fields=(
                    *("cohort", "group", "sex", "projection", "laterality", "implant", "split", "site"),
                    *("age", "bmi", "shifted_date"),
                ),
                name="radiograph_table_one",
            ),
            models.Index(fields=("cohort", "group", "patient"), name="radiograph_patients_of_group"),
            models.Index(fields=("cohort", "split", "patient"), name="radiograph_patients_of_split"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("cohort", "pixel_sha256"), name="radiograph_pixels_once_in_a_cohort"
            ),
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age__gte=0, age__lte=130), name="radiograph_age_0_to_130"
            ),
            models.CheckConstraint(
                condition=Q(bmi__isnull=True) | Q(bmi__gte=5, bmi__lte=120), name="radiograph_bmi_5_to_120"
            ),
            models.CheckConstraint(condition=Q(sex__in=("F", "M", "")), name="radiograph_sex_f_m_or_unknown"),
            models.CheckConstraint(
                condition=Q(laterality__in=("left", "right", "bilateral", "")),
                name="radiograph_laterality_known_word",
            ),
            models.CheckConstraint(
                condition=Q(split__in=("train", "val", "test", "")), name="radiograph_split_known_word"
            ),
            models.CheckConstraint(
                condition=Q(pixel_plane__in=("detector", "patient", "")), name="radiograph_pixel_plane_known"
            ),
            models.CheckConstraint(
                condition=Q(rows__gt=0, columns__gt=0, source_rows__gt=0, source_columns__gt=0),
                name="radiograph_size_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cohort.name}/{self.pixel_sha256[:12]}"
