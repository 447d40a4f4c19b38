"""What all endpoints of a reader share: precise refusals, nothing kept on the way, one person a page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from readers.errors import ProtocolError, WashoutNotOver
from readers.requests import person_token
from readers.services.attempts import record_refusal

MAX_BODY = 512 * 1024
PERSON = "HTTP_X_COUNTERPART_PERSON"


class TooLarge(exceptions.APIException):
    """A body that no page of ours sends."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class AnotherPerson(exceptions.APIException):
    """The page belongs to one person and the session by now to another: nothing may be mixed."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "another_person"


class ReaderView(APIView):
    """Answers of a blinded reader are nobody's to keep: no response may be stored on the way."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse another person's page and a body that is too large, before anything is read."""
        super().initial(request, *args, **kwargs)
        page_of = request.META.get(PERSON)
        if page_of and isinstance(request.user, User) and page_of != person_token(request.user):
            raise AnotherPerson(
                _("Somebody else is signed in on this computer. Sign in again as yourself to go on.")
            )
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            raise TooLarge(_("This is more than a page of the study ever sends (at most 512 kB)."))

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal as `code` and `detail`; what never reached a service is put on record here."""
        if isinstance(exc, ProtocolError):
            refusal = {"code": exc.code, "detail": str(exc)}
            if isinstance(exc, WashoutNotOver):
                refusal["opens_at"] = exc.opens_at.isoformat()
            return Response(refusal, status=exc.status)
        response = super().handle_exception(exc)
        if not isinstance(exc, exceptions.APIException):
            return response
        code = _code(exc)
        if isinstance(exc, exceptions.ParseError | exceptions.ValidationError | TooLarge | AnotherPerson):
            self._on_record(code)
        response.data = {"code": code, "detail": _sentence(exc.detail)}
        return response

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        """No cache, in the browser or on the way."""
        response["Cache-Control"] = "private, no-store"
        return super().finalize_response(request, response, *args, **kwargs)

    def _on_record(self, code: str) -> None:
        if (public_id := self.kwargs.get("public_id")) and self.request.user.is_authenticated:
            attempt = getattr(self, "attempt", type(self).__name__)
            record_refusal(attempt=attempt, public_id=public_id, by=self.request.user, code=code)


def _code(exc: exceptions.APIException) -> str:
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return "signed_out"
    if isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith("CSRF"):
        return "csrf"
    return {"parse_error": "malformed"}.get(exc.default_code, exc.default_code)


def _sentence(detail: Any) -> str:
    """A validation's findings as one text: `score: A valid integer is required.`"""
    if isinstance(detail, dict):
        return " ".join(f"{field}: {_sentence(found)}" for field, found in detail.items())
    if isinstance(detail, list):
        return " ".join(filter(None, (_sentence(found) for found in detail)))
    return str(detail)
