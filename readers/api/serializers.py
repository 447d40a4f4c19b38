"""What the readers' API takes and gives; this is also the OpenAPI schema."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from readers.frame_addresses import bundle_address, frame_addresses
from readers.protocol.answers import AnswerKind
from readers.protocol.display import FPS, LEVEL, PLAYBACKS, TOOLS, WINDOW
from readers.protocol.phases import Phase
from readers.selectors.case import Case

PHASES = [phase.value for phase in Phase]
MAX_BATCH = 500
MAX_EVENT_DATA = 4000


class RefusalSerializer(serializers.Serializer):
    """A refusal: `code` for programs, `detail` for the person."""

    code = serializers.CharField()
    detail = serializers.CharField()
    opens_at = serializers.DateTimeField(required=False, help_text="Only of a washout that is not over.")


class TaskSerializer(serializers.Serializer):
    """Where the reader stands in one study."""

    code = serializers.CharField(source="reader.code")
    notice = serializers.CharField(source="reader.study.notice")
    phase = serializers.ChoiceField(choices=PHASES)
    done = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0)
    next_case = serializers.UUIDField(allow_null=True)
    opens_at = serializers.DateTimeField(allow_null=True)
    minutes_left = serializers.IntegerField(allow_null=True)


class ItemSerializer(serializers.Serializer):
    """A criterion as shown, with the version of the answer that stands (0: none yet)."""

    key = serializers.CharField()
    name = serializers.CharField()
    question = serializers.CharField()
    anchors = serializers.ListField(child=serializers.CharField(), min_length=5, max_length=5)
    version = serializers.IntegerField(min_value=0)
    kind = serializers.ChoiceField(choices=[kind.value for kind in AnswerKind], allow_blank=True)
    score = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class FrameSerializer(serializers.Serializer):
    """Where a frame is, the SHA-256 of its PNG file and that of its grey values alone, row by row."""

    url = serializers.CharField()
    sha256 = serializers.CharField()
    pixels_sha256 = serializers.CharField()


class DisplaySerializer(serializers.Serializer):
    """How the videos of this phase are shown; `window` and `level` are grey values."""

    tools = serializers.ListField(child=serializers.ChoiceField(choices=TOOLS))
    fps = serializers.IntegerField(min_value=FPS[0], max_value=FPS[1])
    playback = serializers.ChoiceField(choices=PLAYBACKS)
    window = serializers.FloatField(min_value=WINDOW[0], max_value=WINDOW[1])
    level = serializers.FloatField(min_value=LEVEL[0], max_value=LEVEL[1])
    see_all_frames = serializers.BooleanField(help_text="The case can be submitted only after that.")


class CaseSerializer(serializers.Serializer):
    """A case; `frames` is in the order shown and empty until the video is rendered.

    Its context has the `user`, and whether the frames can be had as one file: `bundled`.
    """

    public_id = serializers.UUIDField()
    phase = serializers.ChoiceField(choices=PHASES)
    position = serializers.IntegerField(min_value=1)
    total = serializers.IntegerField(min_value=1)
    submitted = serializers.BooleanField()
    unlocked = serializers.CharField(
        allow_blank=True, help_text="Why a coordinator opened the case again; empty if nobody did."
    )
    form_sha256 = serializers.CharField(allow_blank=True)
    criteria = ItemSerializer(many=True)
    display = DisplaySerializer()
    n_frames = serializers.IntegerField(source="frames.n_frames")
    n_ready = serializers.IntegerField(source="frames.n_ready")
    width = serializers.IntegerField(source="frames.width")
    height = serializers.IntegerField(source="frames.height")
    problem = serializers.CharField(
        source="frames.problem",
        help_text="Why the video will not be rendered without help; empty if it will.",
    )
    bundle_url = serializers.SerializerMethodField(
        help_text="All frames in one file (docs/reference/viewer.md); null until it is made."
    )
    frames = serializers.SerializerMethodField()

    def get_bundle_url(self, case: Case) -> str | None:
        return bundle_address(self.context["user"], case.public_id) if self.context["bundled"] else None

    @extend_schema_field(FrameSerializer(many=True))
    def get_frames(self, case: Case) -> list[dict[str, Any]]:
        hashes = list(zip(case.frames.sha256, case.frames.pixels_sha256, strict=True))
        urls = frame_addresses(self.context["user"], case.public_id, len(hashes))
        return [
            {"url": url, "sha256": sha256, "pixels_sha256": pixels_sha256}
            for url, (sha256, pixels_sha256) in zip(urls, hashes, strict=True)
        ]


class ExposureSerializer(serializers.Serializer):
    """The record of an opening."""

    opened_at = serializers.DateTimeField(read_only=True)


class AheadSerializer(serializers.Serializer):
    """The next case, and where its frames can be fetched before it is opened; null where there is none."""

    public_id = serializers.UUIDField(allow_null=True)
    bundle_url = serializers.CharField(allow_null=True)


class StandingSerializer(serializers.Serializer):
    """The version of an answer that stands."""

    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=[kind.value for kind in AnswerKind])
    score = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField()


class AnswerSerializer(serializers.Serializer):
    """An answer as shown. The key makes sending it again harmless.

    `score` for a score; `reason` for `cannot_judge`; neither for `withdrawn`, which takes an answer back.
    """

    kind = serializers.ChoiceField(
        choices=[kind.value for kind in AnswerKind], required=False, default=AnswerKind.SCORE.value
    )
    score = serializers.IntegerField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    idempotency_key = serializers.UUIDField()
    base_version = serializers.IntegerField(
        required=False,
        min_value=0,
        write_only=True,
        help_text="Version that was on the screen (0: none); a later one is then not superseded.",
    )
    version = serializers.IntegerField(read_only=True)
    answered_at = serializers.DateTimeField(read_only=True)
    standing = StandingSerializer(read_only=True, help_text="The version that stands now.")


class SubmitSerializer(serializers.Serializer):
    """The form that was on the screen; '' for an exploratory case."""

    form_sha256 = serializers.CharField(allow_blank=True, max_length=64)


class SubmissionSerializer(serializers.Serializer):
    """The case is finished."""

    submitted_at = serializers.DateTimeField()
    version = serializers.IntegerField(min_value=1, help_text="2 and more after an unlock.")
    next_case = serializers.UUIDField(allow_null=True)
    pause_advised = serializers.BooleanField(help_text="A session length is full: take a pause.")


class LogEventSerializer(serializers.Serializer):
    """One event of the reading page. Times are of the page's own monotonic clock."""

    sequence = serializers.IntegerField(min_value=0, max_value=10_000_000)
    kind = serializers.RegexField(r"\A[a-z_]{1,32}\Z")
    at_ms = serializers.IntegerField(min_value=0, max_value=10**12)
    data = serializers.JSONField(required=False, default=dict)  # type: ignore[assignment]

    def validate_data(self, value: object) -> object:
        """Small objects alone."""
        if not isinstance(value, dict) or len(json.dumps(value)) > MAX_EVENT_DATA:
            raise serializers.ValidationError(
                f"Data must be an object of at most {MAX_EVENT_DATA} characters."
            )
        return value


class LogSerializer(serializers.Serializer):
    """A batch of one sitting; sending it again changes nothing."""

    sitting = serializers.UUIDField()
    events = LogEventSerializer(many=True, allow_empty=False, max_length=MAX_BATCH)  # type: ignore[call-arg]


class LoggedSerializer(serializers.Serializer):
    """How many events of the batch were new."""

    stored = serializers.IntegerField(min_value=0)


class UnlockSerializer(serializers.Serializer):
    """Why the case is opened again."""

    reason = serializers.CharField(max_length=300, allow_blank=True)
    at = serializers.DateTimeField(read_only=True)


class SessionSerializer(serializers.Serializer):
    """Who is signed in, by an opaque token, and the token that writes need."""

    person = serializers.CharField(allow_blank=True)
    csrf = serializers.CharField()


class SignInSerializer(serializers.Serializer):
    """Sign in again as the same person: `person` is the token of the page's reader.

    With name and password; then, where the person has a second factor, with its `code` alone.
    """

    person = serializers.CharField(max_length=64)
    username = serializers.CharField(max_length=150, default="")
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True, default="")
    code = serializers.CharField(max_length=32, write_only=True, default="")
