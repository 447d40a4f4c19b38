"""Files that nginx sends in the product's name: who may see one is decided here, its bytes pass by Python."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

INTERNAL = "/frames-on-disk/"  # as in deploy/nginx/counterpart.conf


def sent_by_nginx(name: str, *, content_type: str) -> HttpResponse:
    """An empty answer that has nginx send a file of the frames' folder, with `Range` if that is asked for."""
    return HttpResponse(headers={"X-Accel-Redirect": INTERNAL + quote(name), "Content-Type": content_type})
