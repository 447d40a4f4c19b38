"""Write the reference pages that the code itself knows: `make reference`.

settings.md comes from `counterpart.environment`, commands.md from the commands' own parsers.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
ROOMS = ("counterpart", "generation", "readers", "stats")
# What each command of Django has besides its own.
COMMON = {"help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"}
COMMON |= {"skip_checks"}


def settings_page() -> str:
    """docs/reference/settings.md."""
    from counterpart.environment import variables

    rows = [
        f"| `{one.name}` | {f'`{one.default}`' if one.default else ''} | {one.help} |"
        for one in variables().values()
    ]
    secrets = ", ".join(f"`{one.name}`" for one in variables().values() if one.secret)
    return "\n".join(
        [
            "# Settings",
            "",
            "All settings are environment variables, read in one place (`counterpart/environment.py`, from "
            "which this page is written). The defaults run the embedded set-up on one machine.",
            "",
            "| variable | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
            f"These may hold a secret: {secrets}. Each may stand in a file instead: `<name>_FILE` names it "
            "(Docker secrets, systemd credentials).",
            "",
            "A value that is wrong or missing, a contradiction, or an unknown variable that begins with "
            "`COUNTERPART_` stops every process at its start, with one line for each, and status 1. No line "
            "repeats a secret (`tests/counterpart/test_environment.py`).",
            "",
        ]
    )


def commands_page() -> str:
    """docs/reference/commands.md."""
    from django.core.management import get_commands, load_command_class

    lines = [
        "# Commands",
        "",
        "Run as `manage.py COMMAND`; `--help` says the same. This page is written from the commands.",
    ]
    for name, room in sorted(get_commands().items()):
        if str(room).split(".")[0] in ROOMS:
            parser = load_command_class(str(room), name).create_parser("manage.py", name)
            lines += ["", f"## {name}", "", _one_line(parser.description), *_arguments(parser)]
    return "\n".join(lines) + "\n"


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    own = [action for action in parser._actions if action.dest not in COMMON]
    plain = [action for action in own if not isinstance(action, argparse._SubParsersAction)]
    if plain:
        yield from ("", "| argument | meaning |", "|---|---|")
        for action in plain:
            yield f"| `{_written(action)}` | {_meaning(action)} |"
    for action in own:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help for choice in action._choices_actions}
            for name, below in action.choices.items():
                yield from ("", f"### {name}", "", _one_line(said.get(name) or below.description))
                yield from _arguments(below)


def _written(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings)
    if action.nargs == 0:
        return names
    given = "\\|".join(map(str, action.choices)) if action.choices else action.metavar or action.dest.upper()
    if action.nargs in ("+", "*"):
        given = f"{given} …"
    return f"{names} {given}".strip()


def _meaning(action: argparse.Action) -> str:
    said = _one_line(action.help)
    if action.default in (None, False, argparse.SUPPRESS) or "default" in said:
        return said
    return f"{said} (default {action.default})".strip()


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|").replace("%%", "%")


PAGES = {"settings.md": settings_page, "commands.md": commands_page}


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterpart.settings")
    import django

    django.setup()
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
