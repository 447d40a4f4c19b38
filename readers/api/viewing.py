"""What the viewer asks for beside the case: to keep how the screen shows greys, and the next frames."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from readers.api.base import ReaderView
from readers.api.serializers import AheadSerializer
from readers.api.views import NOT_FOUND, REFUSED
from readers.frame_addresses import bundle_address
from readers.models import DisplayCheck
from readers.requests import SignedInApiRequest
from readers.selectors.bundle import bundle_of
from readers.services.ahead import allow_ahead
from readers.services.display import record_display_check


class DisplayCheckSerializer(serializers.ModelSerializer):
    """What the browser tells of the screen; `assignment` is the public id of the case that is opened."""

    assignment = serializers.UUIDField(required=False, allow_null=True, default=None)

    class Meta:
        model = DisplayCheck
        fields = [
            *("assignment", "renderer", "wrong_greys", "device_pixel_ratio", "page_zoom", "screen_width"),
            *("screen_height", "colour_depth", "dark_seen", "light_seen", "steps_seen", "checked_at"),
        ]
        read_only_fields = ["checked_at"]


class DisplayChecksView(ReaderView):
    @extend_schema(
        operation_id="record_display_check",
        request=DisplayCheckSerializer,
        responses={201: DisplayCheckSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInApiRequest) -> Response:
        """Store how the screen shows a ramp of 256 greys; on the test page also what the person saw."""
        data = DisplayCheckSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        agent = request.headers.get("User-Agent", "")
        try:
            check = record_display_check(by=request.user, user_agent=agent, **data.validated_data)
        except ValidationError as error:
            raise serializers.ValidationError(error.message_dict) from error
        return Response({**data.data, "checked_at": check.checked_at}, status=201)


class AheadView(ReaderView):
    @extend_schema(
        operation_id="fetch_ahead",
        request=None,
        responses={200: AheadSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Put on record that the next case's frames are fetched; they are shown once it is opened."""
        following = allow_ahead(public_id=public_id, by=request.user)
        ahead: dict[str, UUID | str | None] = {"public_id": None, "bundle_url": None}
        if following is not None:
            ahead["public_id"] = following.public_id
            if bundle_of(following) is not None:
                ahead["bundle_url"] = bundle_address(request.user, following.public_id)
        return Response(AheadSerializer(ahead).data)
