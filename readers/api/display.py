"""How the reader's screen shows greys: a record that the viewer and the test page make."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from readers.api.base import ReaderView
from readers.api.views import NOT_FOUND, REFUSED
from readers.models import DisplayCheck
from readers.requests import SignedInApiRequest
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
