"""Sentences of the pure core: English that the shell translates, without the core knowing how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark `text` for the catalogue of translations, which looks for this name; it is returned as it is."""
    return text


@dataclass(frozen=True)
class Sentence:
    """`text` marked by `gettext_noop`, with named places (`%(name)s`) that `values` fill."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values
