"""Bundles of frames on disk, and the one size to which those of a set of videos are filled up."""

from __future__ import annotations

from django.db.models import Count, Max, Q, QuerySet

from generation.models import Video

ORDERS = ("AB", "BA")


def bundle_file(order: str) -> str:
    """The file of the bundle whose first frame is that of ``group_from`` (order AB) or ``group_to`` (BA)."""
    return f"{order}.bundle"


def common_size(videos: QuerySet[Video]) -> int | None:
    """Bytes of the largest bundle of these videos in either order; None until all have theirs."""
    without = Count("pk", filter=Q(bundle_bytes__isnull=True))
    found = videos.filter(completed_at__isnull=False).aggregate(largest=Max("bundle_bytes"), without=without)
    return None if found["without"] else found["largest"]


def without_bundle() -> QuerySet[Video]:
    """Rendered videos whose bundles are to be made, the oldest first."""
    return Video.objects.filter(completed_at__isnull=False, bundle_bytes__isnull=True)
