"""A reader study and the settings that fix its protocol."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from readers.protocol import display, washout
from readers.protocol.forms import question_problem

QUESTION = "With transitioning from {A} to {B}, how does the {criterion} change?"
READ_BY_EACH = Coalesce("n_per_reader", "n_blinded")


class Study(models.Model):
    """One study. Once the form is locked the database refuses changes that could alter a reading."""

    class WashoutAnchor(models.TextChoices):
        """From where the washout is counted; `readers.protocol.washout` says what each means."""

        LATEST = washout.Anchor.LATEST.value, _("whichever of these is latest")
        LAST_EXPOSURE = washout.Anchor.LAST_EXPOSURE.value, _("last opening of an exploratory video")
        COMPLETION = washout.Anchor.COMPLETION.value, _("last submission of the exploratory phase")
        SIGN_OFF = washout.Anchor.SIGN_OFF.value, _("sign-off of the consensus (lock of the form)")

    slug = models.SlugField(unique=True)
    title = models.CharField(
        max_length=200, help_text="For the team. Readers never see it: it may name the groups."
    )
    group_a = models.CharField(
        max_length=64, help_text="Words for the group that every video is rendered from."
    )
    group_b = models.CharField(
        max_length=64, help_text="Words for the group that every video is rendered to."
    )
    question_template = models.CharField(
        max_length=300,
        default=QUESTION,
        help_text="{A} and {B} become the groups first and last shown, {criterion} the item's name.",
    )
    n_training = models.PositiveIntegerField(
        default=0, help_text=_("Videos to learn the viewer on. They start no washout and are not scored.")
    )
    n_exploratory = models.PositiveIntegerField(
        default=30, help_text="Videos that a reader must have seen before the washout can end."
    )
    n_blinded = models.PositiveIntegerField(default=30, help_text="Previously unseen videos that are scored.")
    n_null = models.PositiveIntegerField(
        default=0,
        help_text=_(
            "Further blinded videos in which nothing changes (A → A). Who scores a change there sees what is "
            "not there."
        ),
    )
    n_repeats = models.PositiveIntegerField(
        default=0,
        help_text=_("Blinded videos that each reader scores twice: how far readers agree with themselves."),
    )
    repeat_distance = models.PositiveIntegerField(
        default=10,
        help_text=_("Fewest positions from the first to the second reading of a video, against memory."),
    )
    n_common = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_("Blinded videos that all readers score, when the others rotate. Empty: all score all."),
    )
    n_per_reader = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_("Blinded videos for each reader: the common ones and a share of the rest."),
    )
    washout_days = models.PositiveIntegerField(
        default=washout.MINIMUM_DAYS,
        help_text="Days of 24 hours between a reader's last exploratory video and the first blinded one. "
        "Shorter than 28 days, memory of the first phase could carry over.",
    )
    washout_anchor = models.CharField(
        max_length=16,
        choices=WashoutAnchor.choices,
        default=WashoutAnchor.LATEST,
        help_text=_("From where the days are counted; never from before the last exploratory opening."),
    )
    reopen_exploratory = models.BooleanField(
        default=False,
        help_text=_(
            "Readers may open exploratory videos again until the blinded phase; the washout restarts."
        ),
    )
    conceal_direction = models.BooleanField(
        default=True,
        help_text="Hide which group a video starts from: a reader who knows may answer what is expected.",
    )
    display = models.JSONField(
        default=display.default_document,
        help_text=_("Tools, speed and grey window of each phase: every tool can change what readers see."),
    )
    session_minutes = models.PositiveIntegerField(
        default=45, help_text=_("Minutes of reading after which a pause is advised; 0: never.")
    )
    pause_minutes = models.PositiveIntegerField(
        default=10, help_text=_("Minutes of the pause that is advised: tired readers see less.")
    )
    sign_off_required = models.BooleanField(
        default=True, help_text=_("The form can be locked only once every active reader has signed it.")
    )
    allocation_seed = models.BigIntegerField(
        help_text="All drawing of sets, directions and orders starts here."
    )
    notice = models.CharField(max_length=300, blank=True, help_text="Shown on every page of the study.")
    form_locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    form_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    rehearsal_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="rehearsals", editable=False
    )
    clock_days = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Days of the washout that count as passed: a rehearsal's clock can be moved on."),
    )

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["-created_at", "slug"]
        constraints = [
            models.CheckConstraint(
                name="study_washout_at_least_28_days",
                condition=Q(washout_days__gte=washout.MINIMUM_DAYS),
                violation_error_message="The washout cannot be shorter than 28 days.",
            ),
            models.CheckConstraint(
                name="study_washout_anchor_known",
                condition=Q(washout_anchor__in=["latest", "last_exposure", "completion", "sign_off"]),
                violation_error_message=_("The washout has no such anchor."),
            ),
            models.CheckConstraint(
                name="study_has_blinded_videos",
                condition=Q(n_blinded__gte=1),
                violation_error_message="A study needs at least one blinded video.",
            ),
            models.CheckConstraint(
                name="study_rotation_fits",
                condition=Q(n_common__isnull=True, n_per_reader__isnull=True)
                | Q(
                    n_common__isnull=False,
                    n_per_reader__isnull=False,
                    n_per_reader__gte=1,
                    n_common__lte=F("n_per_reader"),
                    n_per_reader__lte=F("n_blinded"),
                ),
                violation_error_message=_(
                    "Rotating sets need both numbers: the common videos, at most the videos for each reader, "
                    "at most the blinded videos."
                ),
            ),
            models.CheckConstraint(
                name="study_repeats_fit",
                condition=Q(n_repeats=0)
                | Q(
                    n_repeats__lte=READ_BY_EACH,
                    repeat_distance__gte=1,
                    repeat_distance__lte=READ_BY_EACH + F("n_null"),
                ),
                violation_error_message=_(
                    "So many repeats do not fit at that distance: at most every video is read twice, and the "
                    "distance is at least 1 and at most the number of different videos that a reader scores."
                ),
            ),
            models.CheckConstraint(
                name="study_clock_moves_in_rehearsals",
                condition=Q(clock_days=0) | Q(rehearsal_of__isnull=False, clock_days__lte=F("washout_days")),
            ),
            models.CheckConstraint(
                name="study_rehearsal_is_marked",
                condition=Q(rehearsal_of__isnull=True) | ~Q(notice=""),
                violation_error_message=_("A rehearsal keeps its notice: people must see that it is one."),
            ),
            models.CheckConstraint(
                name="study_locked_form_has_hash",
                condition=Q(form_locked_at__isnull=True, form_sha256="")
                | Q(form_locked_at__isnull=False) & ~Q(form_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a question that cannot be filled in, or an impossible display; fill in its defaults."""
        if problem := question_problem(self.question_template):
            raise ValidationError(problem)
        try:
            self.display = display.document(display.parse(self.display))
        except display.DisplayProblem as refusal:
            raise ValidationError({"display": str(refusal)}) from refusal

    @property
    def n_readings(self) -> int:
        """Blinded cases of each reader: own share of the videos, null videos, and repeats."""
        return (self.n_per_reader or self.n_blinded) + self.n_null + self.n_repeats
