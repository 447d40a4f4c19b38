"""What the API takes and gives around the people of a study."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from readers.models import ApiToken, AuditEvent, Deviation, Invitation, Membership, Reader, Study
from readers.protocol.attention import Attention
from readers.protocol.participation import State
from readers.protocol.phases import Phase
from readers.protocol.timeline import When
from readers.services.tokens import MOST_DAYS


class StudySerializer(serializers.ModelSerializer):
    """A study in whose team the person is."""

    class Meta:
        model = Study
        fields = (
            "slug",
            "title",
            "n_exploratory",
            "n_blinded",
            "washout_days",
            "form_locked_at",
            "archived_at",
        )


class StepSerializer(serializers.Serializer):
    """One phase; `at` is when it ended (done), began (now) or begins (to come)."""

    phase = serializers.ChoiceField(choices=[phase.value for phase in Phase])
    when = serializers.ChoiceField(choices=[when.value for when in When])
    at = serializers.DateTimeField(allow_null=True)


class PersonSerializer(serializers.Serializer):
    """Where a reader stands; no answers."""

    code = serializers.CharField(source="reader.code")
    specialty = serializers.CharField(source="reader.specialty")
    state = serializers.ChoiceField(choices=[state.value for state in State])
    phase = serializers.ChoiceField(choices=[phase.value for phase in Phase])
    steps = StepSerializer(many=True)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    opens_at = serializers.DateTimeField(source="facts.opens_at", allow_null=True)
    last_active = serializers.DateTimeField(allow_null=True)
    n_deviations = serializers.IntegerField()
    attention = serializers.ListField(
        child=serializers.ChoiceField(choices=[reason.value for reason in Attention])
    )


@extend_schema_serializer(
    examples=[OpenApiExample("Pause", value={"kind": "paused", "reason": "on leave until June"})]
)
class ReaderEventSerializer(serializers.Serializer):
    """Something that happens to a reader, and why."""

    kind = serializers.ChoiceField(choices=["paused", "resumed", "withdrawn"])
    reason = serializers.CharField(max_length=300)
    at = serializers.DateTimeField(read_only=True)


class ReminderSerializer(serializers.Serializer):
    """A reminder by hand; `text` goes with it."""

    text = serializers.CharField(
        max_length=500, required=False, default="", allow_blank=True, write_only=True
    )
    sent_at = serializers.DateTimeField(read_only=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample("Note", value={"reader": "R2", "text": "The reading room's screen was replaced."})
    ]
)
class DeviationSerializer(serializers.ModelSerializer):
    """An entry of the log; `by` is empty for what the system found."""

    reader = serializers.SlugRelatedField(
        slug_field="code", queryset=Reader.objects.none(), required=False, allow_null=True, default=None
    )
    by: serializers.SlugRelatedField = serializers.SlugRelatedField(slug_field="username", read_only=True)

    class Meta:
        model = Deviation
        fields = ("kind", "reader", "text", "by", "at")
        read_only_fields = ("kind", "by", "at")

    def __init__(self, *args: Any, study: Study | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if study is not None:
            self.fields["reader"].queryset = Reader.objects.filter(study=study)  # type: ignore[attr-defined]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Reader",
            value={"email": "r5@example.org", "role": "reader", "code": "R5", "specialty": "radiologist"},
        )
    ]
)
class InvitationSerializer(serializers.ModelSerializer):
    """An invitation. The link goes out by mail alone; `replaces` is the code of a withdrawn reader."""

    role = serializers.ChoiceField(choices=Membership.Role.choices)
    replaces = serializers.SlugRelatedField(
        slug_field="code", queryset=Reader.objects.none(), required=False, allow_null=True, default=None
    )
    state = serializers.ChoiceField(choices=["open", "accepted", "revoked", "expired"], read_only=True)

    class Meta:
        model = Invitation
        fields = (
            "id",
            "email",
            "role",
            "code",
            "specialty",
            "replaces",
            "reason",
            "sent_at",
            "expires_at",
            "state",
        )
        read_only_fields = ("id", "sent_at", "expires_at", "state")
        # The service decides, and its refusal is what is said.
        validators: list[Any] = []

    def __init__(self, *args: Any, study: Study | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if study is not None:
            self.fields["replaces"].queryset = Reader.objects.filter(study=study)  # type: ignore[attr-defined]


class AuditEventSerializer(serializers.ModelSerializer):
    """An event of the trail, with the hashes that chain it."""

    actor = serializers.CharField(source="actor_name")

    class Meta:
        model = AuditEvent
        fields = (
            "number",
            "at",
            "actor",
            "action",
            "target_type",
            "target_id",
            "details",
            "prev_hash",
            "hash",
        )


class AuditQuerySerializer(serializers.Serializer):
    """Which events; dates are days in UTC, both inclusive."""

    actor = serializers.CharField(required=False)
    action = serializers.CharField(required=False)
    reader = serializers.CharField(required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class ChainSerializer(serializers.Serializer):
    """The whole chain as it is now; `findings` is empty when it holds."""

    count = serializers.IntegerField(source="head.count")
    hash = serializers.CharField(source="head.hash")
    findings = serializers.ListField(child=serializers.CharField())


class ArchiveSerializer(serializers.Serializer):
    """Into the archive, or back, and why."""

    archived = serializers.BooleanField()
    reason = serializers.CharField(max_length=300)


@extend_schema_serializer(
    examples=[OpenApiExample("For a script", value={"name": "weekly export", "days": 30})]
)
class TokenSerializer(serializers.ModelSerializer):
    """An API token; `key` is given once, in the answer that made it."""

    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=90, write_only=True)
    valid = serializers.BooleanField(source="is_valid", read_only=True)
    key = serializers.CharField(read_only=True, required=False)

    class Meta:
        model = ApiToken
        fields = (
            "id",
            "name",
            "days",
            "made_at",
            "expires_at",
            "last_used_at",
            "revoked_at",
            "valid",
            "key",
        )
        read_only_fields = ("id", "made_at", "expires_at", "last_used_at", "revoked_at")
