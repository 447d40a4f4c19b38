"""Endpoints of notes, of the consensus room and of signatures: each calls one selector or one service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from readers.api import consensus_serializers as s
from readers.api.base import ReaderView
from readers.api.views import NOT_FOUND, REFUSED
from readers.models import Criterion
from readers.requests import SignedInApiRequest
from readers.selectors.access import readable_assignment
from readers.selectors.consensus import Visit, require_team, state_for, status_of, visit
from readers.selectors.observations import own_notes
from readers.selectors.signatures import checked_signatures, draft_sha256, offer_to_sign
from readers.services import consensus, signing
from readers.services.form import lock_form
from readers.services.observations import observe, retract

ROOM = {200: s.RoomSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED}


class ObservationsView(ReaderView):
    @extend_schema(
        operation_id="own_observations",
        responses={200: s.ObservationSerializer(many=True), 403: REFUSED, 404: NOT_FOUND},
    )
    def get(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """One's own notes on a case that may be opened now."""
        notes = own_notes(readable_assignment(user=request.user, public_id=public_id))
        return Response(s.ObservationSerializer(notes, many=True).data)

    @extend_schema(
        operation_id="observe",
        request=s.ObservationSerializer,
        responses={201: s.ObservationSerializer, 400: REFUSED, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Note something on a frame of an opened exploratory or training case."""
        data = s.ObservationSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        note = observe(public_id=public_id, by=request.user, **data.validated_data)
        return Response(s.ObservationSerializer(note).data, status=201)


class RetractionView(ReaderView):
    @extend_schema(
        operation_id="retract_observation",
        request=None,
        responses={201: s.RetractionSerializer, 403: REFUSED, 404: NOT_FOUND},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID, observation: UUID) -> Response:
        """Take an own note back, as long as its case can be opened."""
        retraction = retract(public_id=public_id, observation=observation, by=request.user)
        return Response(s.RetractionSerializer(retraction).data, status=201)


class RoomView(ReaderView):
    """What the endpoints of one room share."""

    def state(self, visitor: Visit, status: int = 200) -> Response:
        data = s.RoomSerializer(state_for(visitor), context={"room": visitor.room.public_id}).data
        return Response(data, status=status)


class RoomStateView(RoomView):
    @extend_schema(operation_id="consensus_room", responses=ROOM)
    def get(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """The consensus room as the signed-in person may see it now."""
        return self.state(visit(user=request.user, public_id=public_id))


class RoomActView(RoomView):
    """An act in the room: what was sent is checked, done, and answered with the room after it."""

    serializer_class: type[Serializer[Any]]

    def done(self, request: SignedInApiRequest, public_id: UUID, service: Callable[..., Any]) -> Response:
        data = self.serializer_class(data=request.data)
        data.is_valid(raise_exception=True)
        service(public_id=public_id, by=request.user, **data.validated_data)
        return self.state(visit(user=request.user, public_id=public_id), status=201)


def act_schema(operation_id: str, request: type[Serializer[Any]]) -> Callable[..., Any]:
    return extend_schema(
        operation_id=operation_id, request=request, responses={**ROOM, 201: s.RoomSerializer}
    )


class RoomActsView(RoomActView):
    serializer_class = s.ActSerializer

    @act_schema("consensus_act", s.ActSerializer)
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """One act in the room; the answer is the room after it."""
        return self.done(request, public_id, consensus.act)


class RoomCandidatesView(RoomActView):
    serializer_class = s.GatherSerializer

    @act_schema("consensus_gather", s.GatherSerializer)
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Make a candidate of some notes."""
        return self.done(request, public_id, consensus.gather)


class RoomMergeView(RoomActView):
    serializer_class = s.MergeSerializer

    @act_schema("consensus_merge", s.MergeSerializer)
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Put one candidate into another."""
        return self.done(request, public_id, consensus.merge)


class RoomCriteriaView(RoomView):
    @extend_schema(operation_id="consensus_criteria", responses={200: s.DraftSerializer, 404: NOT_FOUND})
    def get(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """The criteria as they are now."""
        return self.draft(visit(user=request.user, public_id=public_id))

    @extend_schema(
        operation_id="consensus_write_criteria",
        request=s.DraftSerializer,
        responses={200: s.DraftSerializer, 400: REFUSED, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def put(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Write the criteria: coordinators, after the vote. Signatures on another draft become void."""
        data = s.DraftSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        criteria = data.validated_data["criteria"]
        consensus.write_criteria(public_id=public_id, by=request.user, criteria=criteria)
        return self.draft(visit(user=request.user, public_id=public_id))

    def draft(self, visitor: Visit) -> Response:
        criteria = Criterion.objects.filter(study=visitor.study)
        if visitor.reader is not None and status_of(visitor.study) == "waiting":
            criteria = criteria.none()
        draft = {"criteria": criteria, "sha256": draft_sha256(visitor.study) if criteria else ""}
        return Response(s.DraftSerializer(draft).data)


class RoomSignaturesView(RoomView):
    @extend_schema(
        operation_id="signatures", responses={200: s.SignatureSerializer(many=True), 404: NOT_FOUND}
    )
    def get(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """All signatures of the study, each checked anew: for the study's team."""
        visitor = visit(user=request.user, public_id=public_id)
        require_team(visitor)
        return Response(s.SignatureSerializer(checked_signatures(visitor.study), many=True).data)


class SignView(RoomView):
    @extend_schema(
        operation_id="to_sign",
        responses={200: s.ToSignSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED},
    )
    def get(self, request: SignedInApiRequest, public_id: UUID, meaning: str) -> Response:
        """What the signed-in person would sign now with this meaning."""
        visitor = visit(user=request.user, public_id=public_id)
        return Response(s.ToSignSerializer(offer_to_sign(visitor.study, request.user, meaning)).data)

    @extend_schema(
        operation_id="sign",
        request=s.SignSerializer,
        responses={201: s.ToSignSerializer, 403: REFUSED, 404: NOT_FOUND, 409: REFUSED, 429: REFUSED},
    )
    def post(self, request: SignedInApiRequest, public_id: UUID, meaning: str) -> Response:
        """Sign the record that has this hash, with the password given again."""
        visitor = visit(user=request.user, public_id=public_id)
        data = s.SignSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        signing.sign(study=visitor.study, by=request.user, meaning=meaning, **data.validated_data)
        offer = offer_to_sign(visitor.study, request.user, meaning)
        return Response(s.ToSignSerializer(offer).data, status=201)


class RoomLockView(RoomView):
    @extend_schema(operation_id="lock_form", request=None, responses={**ROOM, 400: REFUSED})
    def post(self, request: SignedInApiRequest, public_id: UUID) -> Response:
        """Lock the form, once every reader has signed it where the study asks for that."""
        visitor = visit(user=request.user, public_id=public_id)
        lock_form(study=visitor.study, by=request.user)
        return self.state(visitor)
