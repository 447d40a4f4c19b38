"""Files that nginx sends in the product's name: who may see one is decided here, its bytes pass by Python."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse

INTERNAL = "/frames-on-disk/"  # as in deploy/nginx/counterpart.conf


def sent_by_nginx(path: Path, *, content_type: str) -> HttpResponse:
    """An empty answer that has nginx send a file below FRAMES_ROOT, with `Range` if that is asked for."""
    below = path.relative_to(settings.FRAMES_ROOT).as_posix()
    return HttpResponse(headers={"X-Accel-Redirect": INTERNAL + quote(below), "Content-Type": content_type})
