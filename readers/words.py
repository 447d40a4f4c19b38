"""Sentences of the pure core in the language of the person who is served."""

from __future__ import annotations

from django.utils.translation import gettext

from readers.protocol.words import Sentence


def translated(sentence: Sentence) -> str:
    """The sentence in the active language, its places filled."""
    return gettext(sentence.text) % sentence.values
