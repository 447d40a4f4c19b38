"""The settings of a protocol, in one table: name, place in the document, limits, and the consequence.

The document, the forms, the API and the protocol page are all made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from readers.protocol import washout
from readers.protocol.words import gettext_noop as _

PHASES = ("training", "exploratory", "blinded")
QUESTION = "With transitioning from {A} to {B}, how does the {criterion} change?"


class Kind(StrEnum):
    """What a value is."""

    TEXT = "text"
    WORD = "word"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "true or false"
    CHOICE = "choice"
    SEVERAL = "list of choices"


class Stage(StrEnum):
    """From when on a setting can no longer change: it would alter what is drawn, locked, or being read."""

    MADE = "made"
    DRAWN = "drawn"
    LOCKED = "locked"
    READ = "read"
    NEVER = "never"


@dataclass(frozen=True)
class Setting:
    """One setting. `name` is the field of `Study`, or `<phase>_<key>` of a phase's display.

    `default` None with `required` means that every study must say it; None without: it may be left open.
    `low` and `high` bound numbers; `high` bounds the length of a text. `frozen` is held by triggers too.
    """

    name: str
    path: tuple[str, ...]
    kind: Kind
    label: str
    help: str
    default: Any = None
    required: bool = False
    low: float = 0
    high: float = 10_000
    choices: Mapping[str, str] | None = None
    frozen: Stage = Stage.LOCKED

    @property
    def place(self) -> str:
        """The path as people write it, for example `washout.days`."""
        return ".".join(self.path)


ANCHORS = {
    "latest": _("the latest of the last look, the end of the phase and the lock of the form"),
    "last_exposure": _("the last look at an exploratory video"),
    "completion": _("the end of the reader's exploratory phase"),
    "sign_off": _("the lock of the form after the consensus"),
}
TOOLS = {
    "window": _("window and level"),
    "zoom": _("zoom and pan"),
    "invert": _("inverted greys"),
    "side_by_side": _("two frames side by side"),
    "difference": _("difference map"),
    "flicker": _("first and last frame in turn"),
}
PLAYBACKS = {
    "loop": _("from the start again"),
    "bounce": _("back and forth"),
    "once": _("stop at the end"),
}

GENERAL = (
    Setting(
        "title", ("title",), Kind.TEXT, _("Title"), required=True, high=200,
        frozen=Stage.NEVER,
        help=_("For the team. Readers never see it: it may name the groups."),
    ),
    Setting(
        "slug", ("slug",), Kind.WORD, _("Name in addresses"), required=True, high=50,
        frozen=Stage.MADE,
        help=_("Letters, digits and hyphens. It stays the same for good; readers never see it."),
    ),
    Setting(
        "notice", ("notice",), Kind.TEXT, _("Notice"), default="", high=300,
        frozen=Stage.READ,
        help=_("Shown on every page of the study, to readers too: it must not name the groups."),
    ),
    Setting(
        "group_a", ("groups", "A"), Kind.TEXT, _("Group A"), required=True, high=64,
        help=_("Every video is rendered from this group. The answers are reported from A to B."),
    ),
    Setting(
        "group_b", ("groups", "B"), Kind.TEXT, _("Group B"), required=True, high=64,
        help=_("Every video is rendered to this group."),
    ),
    Setting(
        "question_template", ("question",), Kind.TEXT, _("Question"), default=QUESTION, high=300,
        help=_("{A} and {B} become the groups first and last shown, {criterion} the item's name."),
    ),
    Setting(
        "conceal_direction", ("conceal_direction",), Kind.YES_NO, _("Conceal the direction"), default=True,
        help=_("Readers who know which group a video starts from may answer what they expect."),
    ),
)  # fmt: skip

VIDEOS = (
    Setting(
        "n_training", ("videos", "training"), Kind.WHOLE, _("Training videos"), default=0,
        frozen=Stage.DRAWN,
        help=_("Let readers learn the viewer on videos that count for nothing."),
    ),
    Setting(
        "n_exploratory", ("videos", "exploratory"), Kind.WHOLE, _("Exploratory videos"), default=30,
        frozen=Stage.DRAWN,
        help=_("The criteria come from what readers see in these; too few, and a finding is missed."),
    ),
    Setting(
        "n_blinded", ("videos", "blinded"), Kind.WHOLE, _("Blinded videos"), default=30, low=1,
        frozen=Stage.DRAWN,
        help=_("Previously unseen videos that are scored: the more, the narrower the intervals of Table 3."),
    ),
    Setting(
        "n_null", ("videos", "catch"), Kind.WHOLE, _("Null videos"), default=0,
        frozen=Stage.DRAWN,
        help=_("More blinded videos, from A to A: they show who sees a change where there is none."),
    ),
    Setting(
        "n_repeats", ("repeats", "number"), Kind.WHOLE, _("Repeated videos"), default=0,
        frozen=Stage.DRAWN,
        help=_("Blinded videos that each reader scores twice: the agreement of readers with themselves."),
    ),
    Setting(
        "repeat_distance", ("repeats", "distance"), Kind.WHOLE, _("Distance of repeats"), default=10, low=1,
        frozen=Stage.DRAWN,
        help=_("Videos at least between the two readings; closer together, readers remember their answer."),
    ),
    Setting(
        "n_common", ("blocks", "common"), Kind.WHOLE, _("Videos read by everybody"), default=None,
        frozen=Stage.DRAWN,
        help=_("Empty: all. Otherwise the videos that hold the blocks of the readers together."),
    ),
    Setting(
        "n_per_reader", ("blocks", "per_reader"), Kind.WHOLE, _("Videos for each reader"),
        default=None, low=1,
        frozen=Stage.DRAWN,
        help=_("Empty: all. Fewer spare readers' time and widen the intervals of Table 3."),
    ),
    Setting(
        "washout_days", ("washout", "days"), Kind.WHOLE, _("Washout, days"),
        default=washout.MINIMUM_DAYS, low=washout.MINIMUM_DAYS, high=3_650,
        help=_("Days of 24 hours. Under 28, memory of the exploratory phase could carry over."),
    ),
    Setting(
        "washout_anchor", ("washout", "anchor"), Kind.CHOICE, _("Washout counts from"),
        default="latest", choices=ANCHORS,
        help=_("Never earlier than the last look at an exploratory video; a later start is the safer one."),
    ),
    Setting(
        "reopen_exploratory", ("washout", "reopen_exploratory"), Kind.YES_NO,
        _("Exploratory videos may be opened again"), default=False,
        help=_("Allowed, a second look in the washout starts the reader's clock again."),
    ),
    Setting(
        "allocation_seed", ("seed",), Kind.WHOLE, _("Seed of the draw"), required=True, high=2**53 - 1,
        frozen=Stage.DRAWN,
        help=_("Sets, directions and orders are drawn from it; anybody can repeat the draw from it."),
    ),
)  # fmt: skip

READING = (
    Setting(
        "session_minutes", ("session", "minutes"), Kind.WHOLE, _("Session, minutes"), default=45, high=600,
        frozen=Stage.READ,
        help=_("After so long a pause is advised: tired readers report less. 0: no advice."),
    ),
    Setting(
        "pause_minutes", ("session", "pause"), Kind.WHOLE, _("Pause, minutes"), default=10, high=600,
        frozen=Stage.READ,
        help=_("Length of the pause advised."),
    ),
    Setting(
        "sign_off_required", ("sign_off_required",), Kind.YES_NO, _("Signatures are required"), default=True,
        help=_("The protocol is signed before the first video is opened, the form by every reader."),
    ),
)  # fmt: skip


def display_settings(phase: str) -> tuple[Setting, ...]:
    """The settings of one phase's display."""
    tools = tuple(tool for tool in TOOLS if tool != "difference" or phase != "blinded")

    def setting(key: str, kind: Kind, label: str, **rest: Any) -> Setting:
        return Setting(f"{phase}_{key}", ("display", phase, key), kind, label, frozen=Stage.READ, **rest)

    return (
        setting(
            "tools", Kind.SEVERAL, _("Tools"), default=tools, choices=TOOLS,
            help=_("Each tool is a way in which readers can differ; the paper had no difference map."),
        ),
        setting(
            "fps", Kind.WHOLE, _("Frames a second"), default=30, low=1, high=60,
            help=_("Slow changes are hard to see, fast ones hard to place."),
        ),
        setting(
            "playback", Kind.CHOICE, _("At the end of the video"), default="loop", choices=PLAYBACKS,
            help=_("Back and forth shows the change also in the other direction."),
        ),
        setting(
            "window", Kind.NUMBER, _("Window at the start"), default=255, low=1, high=512,
            help=_("Width in grey levels; 255 shows all of them."),
        ),
        setting(
            "level", Kind.NUMBER, _("Level at the start"), default=127.5, low=-128, high=383,
            help=_("Grey level in the middle of the window; 127.5 shows all of them."),
        ),
        setting(
            "see_all_frames", Kind.YES_NO, _("All frames must be seen"), default=False,
            help=_("Submitting waits until every frame was on the screen: nobody scores half a video."),
        ),
    )  # fmt: skip


DISPLAY = {phase: display_settings(phase) for phase in PHASES}
SETTINGS = (*GENERAL, *VIDEOS, *READING, *(setting for phase in PHASES for setting in DISPLAY[phase]))
BY_NAME = {setting.name: setting for setting in SETTINGS}
