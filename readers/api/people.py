"""Endpoints around the people of a study: each calls one selector or one service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from readers.api import people_serializers as s
from readers.api.base import ReaderView
from readers.api.serializers import RefusalSerializer
from readers.errors import NoSuchStudy, RoleRequired
from readers.models import ApiToken, Deviation, Invitation, Membership, Reader, ReaderEvent, Study
from readers.permissions import roles_in, studies_of_team
from readers.requests import SignedInApiRequest
from readers.selectors.audit_log import AuditFilter, audit_events, chain_status
from readers.selectors.people import people_of
from readers.services import invitations, tokens
from readers.services.archive import archive_study, restore_study
from readers.services.deviations import note_deviation
from readers.services.participation import pause_reader, resume_reader, withdraw_reader
from readers.services.reminders import remind_by_hand

COORDINATOR = Membership.Role.COORDINATOR
INSPECTORS = (COORDINATOR, Membership.Role.MONITOR)
REFUSED = OpenApiResponse(RefusalSerializer, description="Refused, with the reason.")
NOT_FOUND = OpenApiResponse(RefusalSerializer, description="No such thing in a study of the person's.")
REFUSALS = {400: REFUSED, 403: REFUSED, 404: NOT_FOUND}
EVENTS: dict[str, Callable[..., ReaderEvent]] = {
    "paused": pause_reader,
    "resumed": resume_reader,
    "withdrawn": withdraw_reader,
}


class TeamView(ReaderView, GenericAPIView):
    """A view of a study's team: for anybody else there is no such study."""

    queryset = Study.objects.none()

    def study(self, slug: str, *roles: str) -> Study:
        """The study; raises `NoSuchStudy` for strangers and readers, `RoleRequired` for another role."""
        user: Any = self.request.user
        study = studies_of_team(user).filter(slug=slug).first()
        if study is None:
            raise NoSuchStudy
        if roles and not roles_in(user=user, study=study).intersection(roles):
            raise RoleRequired(_("Your role in this study does not include this."))
        return study

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, ValidationError):
            return Response({"code": "invalid", "detail": " ".join(exc.messages)}, status=400)
        if isinstance(exc, Http404):
            exc = NotFound()
        return super().handle_exception(exc)

    def listed(self, rows: Any, serializer: type[BaseSerializer]) -> Response:
        """One page of rows."""
        return self.get_paginated_response(serializer(self.paginate_queryset(rows), many=True).data)

    def valid(self, serializer: BaseSerializer) -> dict[str, Any]:
        """What was sent, once it has the right form."""
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class StudiesView(TeamView):
    @extend_schema(operation_id="studies", responses=s.StudySerializer(many=True))
    def get(self, request: SignedInApiRequest) -> Response:
        """Studies in whose team the person is, archived ones included."""
        return self.listed(studies_of_team(request.user), s.StudySerializer)


class PeopleView(TeamView):
    @extend_schema(operation_id="readers", responses={200: s.PersonSerializer(many=True), 404: NOT_FOUND})
    def get(self, request: SignedInApiRequest, slug: str) -> Response:
        """Where each reader stands, those who need a look first."""
        return self.listed(people_of(self.study(slug)), s.PersonSerializer)


class ReaderEventsView(TeamView):
    @extend_schema(
        operation_id="reader_event",
        request=s.ReaderEventSerializer,
        responses={201: s.ReaderEventSerializer, **REFUSALS},
    )
    def post(self, request: SignedInApiRequest, slug: str, code: str) -> Response:
        """Pause, resume or withdraw a reader."""
        reader = get_object_or_404(Reader.objects.select_related("study"), study=self.study(slug), code=code)
        data = self.valid(s.ReaderEventSerializer(data=request.data))
        event = EVENTS[data["kind"]](reader=reader, reason=data["reason"], by=request.user)
        return Response(s.ReaderEventSerializer(event).data, status=201)


class RemindersView(TeamView):
    @extend_schema(
        operation_id="remind",
        request=s.ReminderSerializer,
        responses={201: s.ReminderSerializer, **REFUSALS, 502: REFUSED},
    )
    def post(self, request: SignedInApiRequest, slug: str, code: str) -> Response:
        """Send a reader a reminder now."""
        readers = Reader.objects.select_related("study", "user")
        reader = get_object_or_404(readers, study=self.study(slug), code=code)
        data = self.valid(s.ReminderSerializer(data=request.data))
        return Response(
            s.ReminderSerializer(remind_by_hand(reader=reader, by=request.user, **data)).data, status=201
        )


class DeviationsView(TeamView):
    @extend_schema(
        operation_id="deviations", responses={200: s.DeviationSerializer(many=True), 404: NOT_FOUND}
    )
    def get(self, request: SignedInApiRequest, slug: str) -> Response:
        """The deviations log, latest first."""
        entries = Deviation.objects.filter(study=self.study(slug)).select_related("reader", "by")
        return self.listed(entries, s.DeviationSerializer)

    @extend_schema(
        operation_id="note_deviation",
        request=s.DeviationSerializer,
        responses={201: s.DeviationSerializer, **REFUSALS},
    )
    def post(self, request: SignedInApiRequest, slug: str) -> Response:
        """Note a deviation by hand."""
        study = self.study(slug)
        data = self.valid(s.DeviationSerializer(data=request.data, study=study))
        entry = note_deviation(study=study, by=request.user, **data)
        return Response(s.DeviationSerializer(entry).data, status=201)


class InvitationsView(TeamView):
    @extend_schema(operation_id="invitations", responses={200: s.InvitationSerializer(many=True), **REFUSALS})
    def get(self, request: SignedInApiRequest, slug: str) -> Response:
        """Invitations of a study, latest first, for its coordinators."""
        study = self.study(slug, COORDINATOR)
        return self.listed(study.invitations.select_related("replaces"), s.InvitationSerializer)

    @extend_schema(
        operation_id="invite",
        request=s.InvitationSerializer,
        responses={201: s.InvitationSerializer, **REFUSALS, 502: REFUSED},
    )
    def post(self, request: SignedInApiRequest, slug: str) -> Response:
        """Invite a person by e-mail."""
        study = self.study(slug, COORDINATOR)
        data = self.valid(s.InvitationSerializer(data=request.data, study=study))
        made = invitations.invite(study=study, by=request.user, **data)
        return Response(s.InvitationSerializer(made).data, status=201)


class InvitationView(TeamView):
    act = staticmethod(invitations.resend_invitation)

    @extend_schema(request=None, responses={200: s.InvitationSerializer, **REFUSALS})
    def post(self, request: SignedInApiRequest, slug: str, pk: int) -> Response:
        """Send an invitation again, or revoke it: its earlier link ends."""
        invitation = get_object_or_404(Invitation, study=self.study(slug, COORDINATOR), pk=pk)
        return Response(s.InvitationSerializer(self.act(invitation=invitation, by=request.user)).data)


class AuditView(TeamView):
    @extend_schema(
        operation_id="audit",
        parameters=[s.AuditQuerySerializer],
        responses={200: s.AuditEventSerializer(many=True), **REFUSALS},
    )
    def get(self, request: SignedInApiRequest, slug: str) -> Response:
        """The audit trail of a study, latest first, for coordinators and monitors."""
        study = self.study(slug, *INSPECTORS)
        chosen = AuditFilter(**self.valid(s.AuditQuerySerializer(data=request.query_params)))
        return self.listed(audit_events(study, chosen), s.AuditEventSerializer)


class ChainView(TeamView):
    @extend_schema(operation_id="audit_chain", responses={200: s.ChainSerializer, **REFUSALS})
    def get(self, request: SignedInApiRequest, slug: str) -> Response:
        """Whether the chain of all events holds, and its head."""
        self.study(slug, *INSPECTORS)
        return Response(s.ChainSerializer(chain_status()).data)


class ArchiveView(TeamView):
    @extend_schema(
        operation_id="archive", request=s.ArchiveSerializer, responses={200: s.StudySerializer, **REFUSALS}
    )
    def post(self, request: SignedInApiRequest, slug: str) -> Response:
        """Put a study into the archive, or take it back."""
        study = self.study(slug)
        data = self.valid(s.ArchiveSerializer(data=request.data))
        move = archive_study if data["archived"] else restore_study
        return Response(s.StudySerializer(move(study=study, reason=data["reason"], by=request.user)).data)


class TokensView(TeamView):
    @extend_schema(operation_id="tokens", responses=s.TokenSerializer(many=True))
    def get(self, request: SignedInApiRequest) -> Response:
        """One's own API tokens, without their keys."""
        return self.listed(ApiToken.objects.filter(user=request.user), s.TokenSerializer)

    @extend_schema(
        operation_id="make_token",
        request=s.TokenSerializer,
        responses={201: s.TokenSerializer, 400: REFUSED, 403: REFUSED},
    )
    def post(self, request: SignedInApiRequest) -> Response:
        """Make a token; its key is in this answer and nowhere else. Signed in with a token, one cannot."""
        if isinstance(request.auth, ApiToken):
            raise RoleRequired(_("A token cannot make another one: sign in with your password."))
        data = self.valid(s.TokenSerializer(data=request.data))
        token, key = tokens.make_token(user=request.user, **data)
        return Response(s.TokenSerializer(token).data | {"key": key}, status=201)


class TokenView(TeamView):
    @extend_schema(
        operation_id="revoke_token", request=None, responses={200: s.TokenSerializer, 404: NOT_FOUND}
    )
    def post(self, request: SignedInApiRequest, pk: int) -> Response:
        """Revoke one of one's own tokens."""
        token = get_object_or_404(ApiToken, pk=pk, user=request.user)
        return Response(s.TokenSerializer(tokens.revoke_token(token=token, by=request.user)).data)
