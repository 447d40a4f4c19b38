"""What the documents say of the protocol's file: the table of settings, the commands, the file itself."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from readers.models import Study
from readers.protocol.settings import SETTINGS, Kind, Setting, Stage
from tests.readers.conftest import make_user

HOW_TO = Path(settings.BASE_DIR) / "docs" / "how-to" / "set_up_a_study.md"
REFERENCE = Path(settings.BASE_DIR) / "docs" / "reference" / "protocol_file.md"
FROZEN = {
    Stage.MADE: "from the start",
    Stage.DRAWN: "by the draw of the videos",
    Stage.LOCKED: "by the lock of the form",
    Stage.READ: "by the first blinded viewing",
    Stage.NEVER: "never",
}


def usual(setting: Setting) -> str:
    if setting.required:
        return "must be said"
    if setting.default is None:
        return "`null`: all"
    if isinstance(setting.default, bool):
        return f"`{str(setting.default).lower()}`"
    if isinstance(setting.default, tuple):
        return "all" if len(setting.default) == len(setting.choices or ()) else "all but `difference`"
    return f"`{setting.default}`" if setting.default != "" else "empty"


def limits(setting: Setting) -> str:
    match setting.kind:
        case Kind.TEXT | Kind.WORD:
            return f"{setting.kind}, up to {setting.high} characters"
        case Kind.CHOICE | Kind.SEVERAL:
            return ", ".join(f"`{choice}`" for choice in setting.choices or ())
        case Kind.YES_NO:
            return "`true`, `false`"
    return f"{setting.kind} from {setting.low} to {setting.high}"


def table() -> str:
    """The table of settings as the reference must have it; a phase's display is told once."""
    rows = ["| setting | usual | may be | frozen | consequence |", "|---|---|---|---|---|"]
    for setting in SETTINGS:
        if setting.path[0] == "display" and setting.path[1] != "blinded":
            continue
        words = setting.help.replace("|", "\\|")
        rows.append(
            f"| `{setting.place}` | {usual(setting)} | {limits(setting)} | {FROZEN[setting.frozen]} "
            f"| {words} |"
        )
    return "\n".join(rows)


def test_the_reference_lists_every_setting_as_it_is():
    assert table() in REFERENCE.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_how_to_can_be_followed_word_for_word(tmp_path, monkeypatch):
    make_user("coordinator")
    text = HOW_TO.read_text(encoding="utf-8")
    (file,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "protocol.yaml").write_text(file, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^    manage\.py (.+)$", text, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        if "--reason" in command:
            complete = (tmp_path / "pelvis.yaml").read_text(encoding="utf-8")
            (tmp_path / "pelvis.yaml").write_text(complete.replace("days: 28", "days: 42"), encoding="utf-8")
        call_command(*shlex.split(command))
    study = Study.objects.get()
    assert (study.slug, study.washout_days, study.n_repeats) == ("pelvis", 42, 4)
    assert study.protocol_versions.count() == 2
