"""What the tables quote from a study: its words, never its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CriterionFacts:
    """A criterion with its five anchors and the words for a finding below or above "does not change", A→B."""

    key: str
    name: str
    anchors: tuple[str, ...]
    finding_low: str = "Decreased"
    finding_high: str = "Increased"


@dataclass(frozen=True)
class StudyFacts:
    """A study in words. ``question`` is as readers saw it from A to B, [criterion] standing for the name;
    ``remarks`` are footnotes to a criterion's median in Table 2."""

    slug: str
    title: str
    group_a: str
    group_b: str
    question: str
    criteria: tuple[CriterionFacts, ...]
    notice: str = ""
    remarks: Mapping[str, str] = field(default_factory=dict)
