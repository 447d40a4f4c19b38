"""Endpoints of the reading page: thin, each calls one selector or one service."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from readers.api import serializers as s
from readers.api.base import ReaderView
from readers.requests import SignedInApiRequest
from readers.selectors.access import readable_assignment
from readers.selectors.answers import latest_answer
from readers.selectors.bundle import bundle_of
from readers.selectors.case import case_of
from readers.selectors.viewing import pause_due_after
from readers.selectors.worklist import next_case, worklist
from readers.services.attempts import looking
from readers.services.reading import open_case, save_answer, submit_case
from readers.services.unlock import unlock_case
from readers.services.viewing import log_viewing

REFUSED = OpenApiResponse(s.RefusalSerializer, description="Refused, with the reason.")
NOT_FOUND = OpenApiResponse(s.RefusalSerializer, description="No such case among the reader's own.")


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
        with looking(attempt="view_case", public_id=public_id, by=request.user):
            assignment = readable_assignment(user=request.user, public_id=public_id)
        context = {"user": request.user, "bundled": bundle_of(assignment) is not None}
        return Response(s.CaseSerializer(case_of(assignment), context=context).data)


class ExposuresView(ReaderView):
    attempt = "open_case"

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
    attempt = "save_answer"

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
        reply = vars(answer) | {"standing": latest_answer(answer.assignment, answer.criterion)}
        return Response(s.AnswerSerializer(reply).data)


class SubmitView(ReaderView):
    attempt = "submit_case"

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
            "version": submission.version,
            "next_case": next_case(submission.assignment.reader),
            "pause_advised": pause_due_after(submission.assignment),
        }
        return Response(s.SubmissionSerializer(reply).data)


class EventsView(ReaderView):
    attempt = "log_viewing"

    @extend_schema(
        operation_id="log_viewing",
        request=s.LogSerializer,
        responses={200: s.LoggedSerializer, 400: REFUSED, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Store a batch of the viewing log; events that are stored already are passed over."""
        data = s.LogSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        stored = log_viewing(public_id=public_id, by=request.user, **data.validated_data)
        return Response({"stored": stored})


class UnlockView(ReaderView):
    attempt = "unlock_case"

    @extend_schema(
        operation_id="unlock_case",
        request=s.UnlockSerializer,
        responses={201: s.UnlockSerializer, 400: REFUSED, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Open a submitted blinded case again, with a reason; a coordinator alone can."""
        data = s.UnlockSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        unlock = unlock_case(public_id=public_id, by=request.user, **data.validated_data)
        return Response(s.UnlockSerializer(unlock).data, status=201)
