"""What the API of notes, of the consensus room and of signatures takes and gives."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from readers.models import Signature
from readers.protocol.consensus import Kind, Stage
from readers.protocol.observations import MAX_TAG, MAX_TAGS, MAX_TEXT, Mark
from readers.selectors.consensus import Card


class MarkSerializer(serializers.Serializer):
    """A point, or a box when it has a width and a height, in pixels of the frame."""

    x = serializers.IntegerField(min_value=0)
    y = serializers.IntegerField(min_value=0)
    width = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)
    height = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        return Mark(**super().to_internal_value(data))


class ObservationSerializer(serializers.Serializer):
    """An own note; `frame` counts from 0 in the order shown. The key makes sending it again harmless."""

    public_id = serializers.UUIDField(read_only=True)
    frame = serializers.IntegerField(min_value=0)
    mark = MarkSerializer(required=False, allow_null=True, default=None)
    text = serializers.CharField(max_length=MAX_TEXT)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG), max_length=MAX_TAGS, required=False, default=list
    )
    idempotency_key = serializers.UUIDField(write_only=True)
    made_at = serializers.DateTimeField(read_only=True)


class RetractionSerializer(serializers.Serializer):
    """The note is taken back."""

    at = serializers.DateTimeField()


class CardSerializer(serializers.Serializer):
    """A pooled note, without author, time or place in anybody's order."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    still = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField())
    def get_still(self, card: Card) -> str:
        return reverse("readers:room-still", args=[self.context["room"], card.id])


class CandidateSerializer(serializers.Serializer):
    """A candidate criterion; counts of votes are null until the vote is closed."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    cards = CardSerializer(many=True)
    own_vote = serializers.CharField(allow_blank=True)
    include = serializers.IntegerField(allow_null=True)
    exclude = serializers.IntegerField(allow_null=True)


class StaySerializer(serializers.Serializer):
    """When a person was in the room."""

    name = serializers.CharField()
    arrived = serializers.DateTimeField()
    left = serializers.DateTimeField(allow_null=True)


class RoomSerializer(serializers.Serializer):
    """The consensus room as the signed-in person may see it."""

    status = serializers.ChoiceField(choices=["waiting", "open", "locked"])
    n_finished = serializers.IntegerField()
    n_readers = serializers.IntegerField()
    stage = serializers.ChoiceField(choices=[stage.value for stage in Stage])
    pool = CardSerializer(many=True)
    candidates = CandidateSerializer(many=True)
    n_votes = serializers.IntegerField()
    minutes = serializers.CharField(allow_blank=True)
    stays = StaySerializer(many=True)
    present = serializers.BooleanField()
    draft_sha256 = serializers.CharField(allow_blank=True)
    proposed = serializers.BooleanField()
    n_acts = serializers.IntegerField(help_text="Changes with every act: ask again when it has.")


class ActSerializer(serializers.Serializer):
    """One act; which other fields it needs depends on the kind."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    candidate = serializers.UUIDField(required=False, allow_null=True, default=None)
    observation = serializers.UUIDField(required=False, allow_null=True, default=None)
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=20_000)


class GatherSerializer(serializers.Serializer):
    """A new candidate of some notes."""

    name = serializers.CharField(max_length=120)
    observations = serializers.ListField(child=serializers.UUIDField(), max_length=500)


class MergeSerializer(serializers.Serializer):
    """Put one candidate into another."""

    candidate = serializers.UUIDField()
    into = serializers.UUIDField()


class DraftItemSerializer(serializers.Serializer):
    """A criterion of the draft; the key is made from the name when it is not given."""

    key = serializers.SlugField(max_length=64, required=False, allow_blank=True, default="")
    name = serializers.CharField(max_length=120)
    anchors = serializers.ListField(child=serializers.CharField(max_length=120), min_length=5, max_length=5)
    finding_low = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    finding_high = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class DraftSerializer(serializers.Serializer):
    """The criteria as they are now, with the hash that readers sign."""

    criteria = DraftItemSerializer(many=True)
    sha256 = serializers.CharField(read_only=True)


class SignSerializer(serializers.Serializer):
    """A signature on the record with this hash; the password is the person's own, given again."""

    sha256 = serializers.CharField(max_length=64)
    password = serializers.CharField(write_only=True, trim_whitespace=False, max_length=256)


class ToSignSerializer(serializers.Serializer):
    """What the signed-in person would sign now; `signed_at` is set when that is done."""

    meaning = serializers.ChoiceField(choices=Signature.Meaning.choices)
    statement = serializers.CharField()
    sha256 = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True)


class SignatureSerializer(serializers.Serializer):
    """A signature, and whether its record still has the hash that was signed."""

    printed_name = serializers.CharField(source="signature.printed_name")
    meaning = serializers.CharField(source="signature.meaning")
    statement = serializers.CharField(source="signature.get_meaning_display")
    signed_at = serializers.DateTimeField(source="signature.signed_at")
    sha256 = serializers.CharField(source="signature.sha256")
    sha256_now = serializers.CharField(allow_blank=True)
    verdict = serializers.ChoiceField(choices=["valid", "void", "altered"])
