"""What this room refuses; the message is a sentence for the person."""

from __future__ import annotations


class ResultsClosed(Exception):
    """This person may not see the results of this study, or not yet."""
