"""Films of a cohort a page at a time, filtered; as quick on the last page as on the first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generation.models import Cohort, HeldImage, Radiograph

PAGE = 60
FILTERS = ("group", "sex", "projection", "laterality", "implant", "split", "site")
YES_NO = {"yes": True, "no": False}


def label_of(column: str) -> str:
    """Return the name of a filter for people."""
    return {
        "group": _("Group"),
        "sex": _("Sex"),
        "projection": _("Projection"),
        "laterality": _("Laterality"),
        "implant": _("Implant"),
        "split": _("Split"),
        "site": _("Site"),
    }[column]


@dataclass(frozen=True)
class Page:
    """``after`` and ``before``: the pixel hashes where the next and the previous page begin; '' at an end."""

    films: list[Radiograph]
    after: str
    before: str


def stored_values(wanted: dict[str, str]) -> dict[str, str | bool | None]:
    """Return the values that the database holds for the ``wanted`` words; '-' stands for an unknown one."""
    return {
        column: YES_NO.get(word) if column == "implant" else "" if word == "-" else word
        for column, word in wanted.items()
        if column in FILTERS and word
    }


def filtered(cohort: Cohort, wanted: dict[str, str]) -> QuerySet[Radiograph]:
    """Return the films of a cohort that have the ``wanted`` words."""
    return Radiograph.objects.filter(cohort=cohort, **stored_values(wanted))


def page_of(films: QuerySet[Radiograph], *, after: str = "", before: str = "") -> Page:
    """Return one page in the order of pixel hashes, which an index keeps: nothing is counted off."""
    if before:
        found = list(films.filter(pixel_sha256__lt=before).order_by("-pixel_sha256")[: PAGE + 1])
        more_before, found = len(found) > PAGE, found[:PAGE][::-1]
        more_after = True
    else:
        found = list(films.filter(pixel_sha256__gt=after).order_by("pixel_sha256")[: PAGE + 1])
        more_after, found = len(found) > PAGE, found[:PAGE]
        more_before = bool(after)
    if not found:
        return Page([], "", "")
    return Page(
        found,
        found[-1].pixel_sha256 if more_after else "",
        found[0].pixel_sha256 if more_before else "",
    )


def waiting(cohort: Cohort) -> QuerySet[HeldImage]:
    """Return the held images of a cohort that nobody has decided about, the oldest first."""
    return cohort.held_images.filter(decision__isnull=True).order_by("pk")
