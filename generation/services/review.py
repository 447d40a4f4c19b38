"""A person decides about a held image: into the cohort, with regions made black, or refused and deleted."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from generation.models import HeldImage, HoldDecision, Radiograph
from generation.services.cohorts import new_radiograph
from generation.services.images import held_file, image_name, place
from generation.services.kept_counts import count_one_more

Region = Sequence[int]
MOST_REGIONS = 50


def take_held(*, held: HeldImage, blank: Sequence[Region], reason: str, by: User) -> Radiograph:
    """Make ``blank`` regions (left, top, right, bottom) black and take the image into its cohort.

    The pixels as they came are deleted. Raises ValidationError for a region outside the image, a decision
    that is there already, or pixels that the cohort holds.
    """
    from generation.imaging.canonical import pixels_sha256, read_png, write_png
    from generation.imaging.perceptual import perceptual_hash

    regions = [checked(region, held.side) for region in blank]
    if len(regions) > MOST_REGIONS:
        raise ValidationError(_("At most %d regions can be made black.") % MOST_REGIONS)
    came = held_file(held)
    with transaction.atomic():
        refuse_decided(held)
        image = read_png(came).copy()
        for left, top, right, bottom in regions:
            image[top:bottom, left:right] = 0
        pixel_sha256 = pixels_sha256(image)
        if held.cohort.radiographs.filter(pixel_sha256=pixel_sha256).exists():
            raise ValidationError(_("The cohort holds these pixels already: refuse this copy."))
        radiograph = new_radiograph(
            held.cohort,
            held.attributes,
            pixel_sha256=pixel_sha256,
            perceptual_hash=perceptual_hash(image),
            side=held.side,
            source_rows=held.source_rows,
            source_columns=held.source_columns,
            pixel_mm=held.pixel_mm,
            pixel_plane=held.pixel_plane,
        )
        radiograph.save()
        count_one_more(radiograph)
        decide(held, HoldDecision.Kind.TAKE, reason, by, blanked=regions, result_sha256=pixel_sha256)
        blanked = came.with_suffix(".blanked")
        write_png(blanked, image)
        place(blanked, image_name(held.cohort, pixel_sha256))
        blanked.unlink()
    came.unlink()
    return radiograph


def refuse_held(*, held: HeldImage, reason: str, by: User) -> HoldDecision:
    """Refuse the image and delete its pixels. Raises ValidationError for a decision that is there already."""
    with transaction.atomic():
        refuse_decided(held)
        decision = decide(held, HoldDecision.Kind.REFUSE, reason, by)
    held_file(held).unlink(missing_ok=True)
    return decision


def refuse_decided(held: HeldImage) -> None:
    """Raise ValidationError if somebody has decided."""
    if HoldDecision.objects.filter(held=held).exists():
        raise ValidationError(_("Somebody has decided about this image already."))


def decide(held: HeldImage, kind: str, reason: str, by: User, **more: object) -> HoldDecision:
    """Write the decision down."""
    decision = HoldDecision(held=held, kind=kind, reason=reason.strip(), by=by, **more)
    decision.full_clean()
    decision.save()
    return decision


def checked(region: Region, side: int) -> list[int]:
    """Return a region as integers. Raises ValidationError unless it is a rectangle inside the image."""
    try:
        left, top, right, bottom = (int(edge) for edge in region)
    except (TypeError, ValueError):
        raise ValidationError(_("A region is four whole numbers: left, top, right, bottom.")) from None
    if not (0 <= left < right <= side and 0 <= top < bottom <= side):
        raise ValidationError(_("A region must lie inside the image, with some width and height."))
    return [left, top, right, bottom]
