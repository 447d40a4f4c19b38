"""Dates and times in Spanish, on a clock of 24 hours."""

from __future__ import annotations

DATE_FORMAT = "j \\d\\e F \\d\\e Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j \\d\\e F \\d\\e Y, H:i"
