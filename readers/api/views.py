"""Endpoints of the reading page: thin, each calls one selector or one service."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from readers.api import serializers as s
from readers.errors import ProtocolError, WashoutNotOver
from readers.requests import SignedInApiRequest
from readers.selectors.access import readable_assignment
from readers.selectors.case import case_of
from readers.selectors.worklist import next_case, worklist
from readers.services.reading import open_case, save_answer, submit_case

REFUSED = OpenApiResponse(s.RefusalSerializer, description="Refused, with the reason.")
NOT_FOUND = OpenApiResponse(s.RefusalSerializer, description="No such case among the reader's own.")


class ReaderView(APIView):
    """Answers of a blinded reader are nobody's to keep: no response may be stored on the way."""

    def handle_exception(self, exc: Exception) -> Response:
        if not isinstance(exc, ProtocolError):
            return super().handle_exception(exc)
        refusal = {"code": exc.code, "detail": str(exc)}
        if isinstance(exc, WashoutNotOver):
            refusal["opens_at"] = exc.opens_at.isoformat()
        return Response(refusal, status=exc.status)

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        response["Cache-Control"] = "private, no-store"
        return super().finalize_response(request, response, *args, **kwargs)


class WorklistView(ReaderView):
    @extend_schema(operation_id="worklist", responses=s.TaskSerializer(many=True))
    def get(self, request: SignedInApiRequest) -> Response:
        """Where the signed-in reader stands, one entry a study."""
        return Response(s.TaskSerializer(worklist(request.user), many=True).data)


class CaseView(ReaderView):
    @extend_schema(
        operation_id="case", responses={200: s.CaseSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED}
    )
    def get(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """A case that may be opened now, with its frames in the order shown and the answers so far."""
        assignment = readable_assignment(user=request.user, public_id=public_id)
        return Response(s.CaseSerializer(case_of(assignment)).data)


class ExposuresView(ReaderView):
    @extend_schema(
        operation_id="open_case",
        request=None,
        responses={201: s.ExposureSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Record that the case is opened; only then are its frames served."""
        exposure = open_case(public_id=public_id, by=request.user)
        return Response(s.ExposureSerializer(exposure).data, status=201)


class AnswerView(ReaderView):
    @extend_schema(
        operation_id="save_answer",
        request=s.AnswerSerializer,
        responses={200: s.AnswerSerializer, 400: REFUSED, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def put(self, request: SignedInApiRequest, public_id: UUID, key: str) -> Response:
        """Answer a criterion; a changed answer becomes a new version, the old one stays on record."""
        data = s.AnswerSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        answer = save_answer(public_id=public_id, criterion_key=key, by=request.user, **data.validated_data)
        return Response(s.AnswerSerializer(answer).data)


class SubmitView(ReaderView):
    @extend_schema(
        operation_id="submit_case",
        request=s.SubmitSerializer,
        responses={200: s.SubmissionSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Finish the case: its answers are locked from here on. Sending it again changes nothing."""
        data = s.SubmitSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        submission = submit_case(public_id=public_id, by=request.user, **data.validated_data)
        reply = {
            "submitted_at": submission.submitted_at,
            "next_case": next_case(submission.assignment.reader),
        }
        return Response(s.SubmissionSerializer(reply).data)
