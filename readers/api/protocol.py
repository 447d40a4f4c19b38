"""Endpoints of a study's protocol: check a document, make a study of it, read, change, and its versions."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from readers.api.base import ReaderView
from readers.api.serializers import RefusalSerializer
from readers.models import Study
from readers.permissions import require_creator, studies_of_team
from readers.protocol import document
from readers.protocol.document import Protocol
from readers.protocol.document_file import example, parse
from readers.protocol.problems import Problem, ProtocolUnusable
from readers.requests import SignedInApiRequest
from readers.selectors.protocol import protocol_of, version_history
from readers.services.setup import import_protocol
from readers.words import translated

TAKEN = gettext_noop("A study has this name in addresses already: choose another.")
FIXED = gettext_noop("The name in addresses cannot change: leave it as it is.")
REFUSED = OpenApiResponse(RefusalSerializer, description="Refused, with the reason.")


class GivenSerializer(serializers.Serializer):
    """A protocol: as an object, or as the text of its YAML file. One of the two."""

    document = serializers.DictField(required=False)
    yaml = serializers.CharField(required=False, trim_whitespace=False)
    reason = serializers.CharField(
        required=False, default="", max_length=300, help_text="Needed for a change; kept with the version."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("document" in attrs) == ("yaml" in attrs):
            raise serializers.ValidationError("Send either `document` or `yaml`.")
        return attrs


class ProblemSerializer(serializers.Serializer):
    """One thing that is wrong: its place, the reason and what to do; the line when YAML was sent."""

    place = serializers.CharField()
    reason = serializers.SerializerMethodField()
    line = serializers.IntegerField(allow_null=True)

    def get_reason(self, problem: Problem) -> str:
        return translated(problem.sentence)


class UnusableSerializer(serializers.Serializer):
    """A protocol that cannot be: every problem at once."""

    code = serializers.CharField()
    problems = ProblemSerializer(many=True)


class StoredSerializer(serializers.Serializer):
    """A protocol as it stands, complete, with its hash."""

    slug = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    document = serializers.DictField()


class CheckedSerializer(serializers.Serializer):
    """A protocol that can be, complete with the usual values, and its hash."""

    sha256 = serializers.CharField()
    document = serializers.DictField()


class ChangeSerializer(serializers.Serializer):
    """One difference from the version before."""

    place = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class VersionSerializer(serializers.Serializer):
    """One version, with its reason and differences; `made_by` is a sign-in name."""

    number = serializers.IntegerField(source="version.number")
    sha256 = serializers.CharField(source="version.sha256")
    reason = serializers.CharField(source="version.reason")
    made_by = serializers.CharField(source="version.made_by.username")
    made_at = serializers.DateTimeField(source="version.made_at")
    changes = ChangeSerializer(many=True)


UNUSABLE = OpenApiResponse(UnusableSerializer, description="The protocol cannot be; nothing was done.")
EXAMPLE = OpenApiExample(
    "The usual values", value={"document": document.content(example())}, request_only=True
)


class ProtocolView(ReaderView):
    """A view that takes protocols, and answers with all that is wrong with one."""

    def handle_exception(self, exc: Exception) -> Response:
        if not isinstance(exc, ProtocolUnusable):
            return super().handle_exception(exc)
        problems = ProblemSerializer(exc.problems, many=True).data
        return Response({"code": "protocol_unusable", "problems": problems}, status=400)

    def given(self, request: SignedInApiRequest) -> tuple[Protocol, str]:
        """The protocol that was sent, and the reason; raises `ProtocolUnusable`."""
        data = GivenSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        sent = data.validated_data
        protocol = document.read(sent["document"]) if "document" in sent else parse(sent["yaml"])
        return protocol, sent["reason"]


class ProtocolCheckView(ProtocolView):
    @extend_schema(
        operation_id="check_protocol",
        request=GivenSerializer,
        responses={200: CheckedSerializer, 400: UNUSABLE},
        examples=[EXAMPLE],
    )
    def post(self, request: SignedInApiRequest) -> Response:
        """Say what is wrong with a protocol, or give it back complete; nothing is stored."""
        protocol, _ = self.given(request)
        content = document.content(protocol)
        return Response({"sha256": document.sha256(content), "document": content})


class NewStudyView(ProtocolView):
    @extend_schema(
        operation_id="make_study",
        request=GivenSerializer,
        responses={201: StoredSerializer, 400: UNUSABLE, 403: REFUSED},
        examples=[EXAMPLE],
    )
    def post(self, request: SignedInApiRequest) -> Response:
        """Make a study of a protocol, with the signed-in person as its coordinator."""
        require_creator(request.user)
        protocol, _ = self.given(request)
        if Study.objects.filter(slug=protocol.values["slug"]).exists():
            raise ProtocolUnusable([Problem("slug", TAKEN)])
        study = import_protocol(protocol=protocol, by=request.user, reason="")
        return Response(_stored(study), status=201)


class StudyProtocolView(ProtocolView):
    @extend_schema(operation_id="protocol", responses={200: StoredSerializer, 404: REFUSED})
    def get(self, request: SignedInApiRequest, slug: str) -> Response:
        """The protocol of a study as it stands."""
        return Response(_stored(_study(request, slug)))

    @extend_schema(
        operation_id="change_protocol",
        request=GivenSerializer,
        responses={200: StoredSerializer, 400: UNUSABLE, 403: REFUSED, 404: REFUSED},
    )
    def put(self, request: SignedInApiRequest, slug: str) -> Response:
        """Change a study into what the protocol says, as a new version with a reason."""
        _study(request, slug)
        protocol, reason = self.given(request)
        if protocol.values["slug"] != slug:
            raise ProtocolUnusable([Problem("slug", FIXED)])
        import_protocol(protocol=protocol, by=request.user, reason=reason)
        return Response(_stored(_study(request, slug)))


class VersionsView(ProtocolView):
    @extend_schema(operation_id="protocol_versions", responses=VersionSerializer(many=True))
    def get(self, request: SignedInApiRequest, slug: str) -> Response:
        """Every version of a study's protocol, the latest first."""
        return Response(VersionSerializer(version_history(_study(request, slug)), many=True).data)


def _study(request: SignedInApiRequest, slug: str) -> Study:
    return get_object_or_404(studies_of_team(request.user), slug=slug)


def _stored(study: Study) -> dict[str, Any]:
    content = document.content(protocol_of(study))
    last = study.protocol_versions.order_by("number").last()
    return {
        "slug": study.slug,
        "version": last.number if last else None,
        "sha256": document.sha256(content),
        "document": content,
    }
