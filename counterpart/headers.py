"""Headers that Django has no setting for: what a page may use of a device, and who may embed its answers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The viewer may fill the screen, and a sign-in may ask for a passkey. Nothing needs anything else.
UNUSED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer"),
    *("microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)
PERMISSIONS = ", ".join(
    [*(f"{feature}=()" for feature in UNUSED), "fullscreen=(self)", "publickey-credentials-get=(self)"]
)
HEADERS = {"Permissions-Policy": PERMISSIONS, "Cross-Origin-Resource-Policy": "same-origin"}


class HeadersMiddleware:
    """Puts them on every answer, static files and refusals too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        return response
