"""Marks the sentences of the pure core for translation; the pages translate them."""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """`text` itself; `makemessages` collects what stands in such a call."""
    return text
