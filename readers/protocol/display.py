"""The display protocol: with which tools, how fast and how bright a phase shows its videos.

Every tool can change what is seen, and so how well readers agree; a study fixes them phase by phase.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

TOOLS = ("window", "zoom", "invert", "side_by_side", "difference", "flicker")
PLAYBACKS = ("loop", "bounce", "once")
FPS = (1, 60)
WINDOW = (1, 512)
LEVEL = (-128, 383)


class DisplayProblem(ValueError):
    """A display setting that cannot be used: `field` names it, for example `blinded.fps`."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True)
class Display:
    """How the videos of one phase are shown.

    `window` and `level`: width and centre of the grey values (0 to 255) that are spread over the screen's;
    255 and 127.5 show every value as it is. `see_all_frames`: a case can be submitted only after that.
    """

    tools: tuple[str, ...] = TOOLS
    fps: int = 30
    playback: str = "loop"
    window: float = 255
    level: float = 127.5
    see_all_frames: bool = False


# A difference map was not part of the published protocol, and shows what readers are asked to find.
DEFAULTS = {
    "training": Display(),
    "exploratory": Display(),
    "blinded": Display(tools=tuple(tool for tool in TOOLS if tool != "difference")),
}


def parse(document: object) -> dict[str, Display]:
    """The display of each phase from plain data; what is left out has its default.

    Raises `DisplayProblem` for an unknown phase, setting, tool or playback, and for a value out of range.
    """
    phases = _mapping(document, "display")
    for phase in phases:
        if phase not in DEFAULTS:
            raise DisplayProblem(f"display.{phase}", f"no such phase; there are {_list(DEFAULTS)}")
    return {phase: _display(f"display.{phase}", phases.get(phase, {}), DEFAULTS[phase]) for phase in DEFAULTS}


def document(displays: Mapping[str, Display]) -> dict[str, dict[str, Any]]:
    """Plain data of the displays, complete, as `parse` takes it and JSON gives it back."""
    return {phase: asdict(display) | {"tools": list(display.tools)} for phase, display in displays.items()}


def default_document() -> dict[str, dict[str, Any]]:
    """Plain data of the default displays."""
    return document(DEFAULTS)


def _display(path: str, values: object, default: Display) -> Display:
    settings = _mapping(values, path)
    known = [field.name for field in fields(Display)]
    for name in settings:
        if name not in known:
            raise DisplayProblem(f"{path}.{name}", f"no such setting; there are {_list(known)}")
    merged = asdict(default) | settings
    return Display(
        tools=_tools(f"{path}.tools", merged["tools"]),
        fps=_whole(f"{path}.fps", merged["fps"], FPS),
        playback=_choice(f"{path}.playback", merged["playback"], PLAYBACKS),
        window=_number(f"{path}.window", merged["window"], WINDOW),
        level=_number(f"{path}.level", merged["level"], LEVEL),
        see_all_frames=_boolean(f"{path}.see_all_frames", merged["see_all_frames"]),
    )


def _mapping(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or any(not isinstance(key, str) for key in value):
        raise DisplayProblem(path, "must be an object of named settings")
    return dict(value)


def _tools(path: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise DisplayProblem(path, "must be a list")
    chosen = [_choice(path, tool, TOOLS) for tool in value]
    if len(set(chosen)) != len(chosen):
        raise DisplayProblem(path, "names a tool twice")
    return tuple(tool for tool in TOOLS if tool in chosen)


def _choice(path: str, value: object, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise DisplayProblem(path, f"{value!r} is none of {_list(choices)}")
    return value


def _whole(path: str, value: object, limits: tuple[int, int]) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not limits[0] <= value <= limits[1]:
        raise DisplayProblem(path, f"must be a whole number from {limits[0]} to {limits[1]}")
    return value


def _number(path: str, value: object, limits: tuple[int, int]) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not limits[0] <= value <= limits[1]:
        raise DisplayProblem(path, f"must be a number from {limits[0]} to {limits[1]}")
    return int(value) if value == int(value) else value


def _boolean(path: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise DisplayProblem(path, "must be true or false")
    return value


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
