"""How good the models are, as their reports say; for engineers, and for the coordinators of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from generation.models import TrainedModel
from generation.quality.document import QUALITY, QualityError, read_quality
from generation.quality.figure import Figure, curve


@dataclass(frozen=True)
class Quality:
    """A report with its drawings, or why there is none. ``calibrated``: (name, all, group alone)."""

    report: dict[str, Any] | None = None
    problem: str = ""
    whole: Figure | None = None
    alone: Figure | None = None
    effects: tuple[dict[str, Any], ...] = ()
    ratios: tuple[dict[str, Any], ...] = ()


def trained_models() -> QuerySet[TrainedModel]:
    """All models by name, with the number of videos that were asked of each."""
    return TrainedModel.objects.select_related("cohort").annotate(n_videos=Count("videos"))


def quality_of(model: TrainedModel) -> Quality:
    """The recorded report of a model; one that was changed or belongs to other weights is not shown."""
    recorded = model.config.get("quality_sha256")
    if recorded is None:
        return Quality()
    try:
        report = read_quality(
            model.path / QUALITY, checkpoint_sha256=model.weights_sha256, sha256=str(recorded)
        )
    except QualityError as error:
        return Quality(problem=str(error))
    return drawn(report)


def drawn(report: dict[str, Any]) -> Quality:
    """A report with its drawings and tables."""
    effects = report["effects"]
    return Quality(
        report=report,
        whole=curve(effects, "all"),
        alone=curve(effects, "group"),
        effects=tuple(_row(effects, name) for name in effects["names"]),
        ratios=tuple(
            {
                "kind": kind,
                "scale": entry["scale"],
                "effects": [entry["effects"][name]["ratio"] for name in effects["told"]],
            }
            for kind in ("all", "group")
            for entry in effects["curves"][kind]
        ),
    )


def _row(effects: dict[str, Any], name: str) -> dict[str, Any]:
    """One line of the table of attributes: truth, and the change at guidance 1 and at the paper's."""
    at = {entry["scale"]: entry["effects"][name] for entry in effects["curves"]["all"]}
    return {
        "name": name,
        "explained": effects["explained"].get(name),
        "true": effects["true"][name],
        "one": at[1.0],
        "paper": at[effects["paper"]],
        "calibrated": effects["calibrated"]["all"].get(name),
        "calibrated_group": effects["calibrated"]["group"].get(name),
        "told": name in effects["told"],
    }
