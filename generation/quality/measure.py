"""Everything that a quality report says of one model, measured: a document of plain values.

``training`` are films that the model learned from, ``held_out`` films of other people. Numbers that a
simulated film carries are read off the model's images by a probe, and compared with true counterparts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.diffusion.guidance import Guidance
from generation.diffusion.schema import Category, Conditions, Number
from generation.quality.axioms import difference, minimality, smoothness
from generation.quality.curves import GROUP, effect_section
from generation.quality.document import FORMAT
from generation.quality.drawing import Artist
from generation.quality.extractors import Extractor
from generation.quality.films import Films
from generation.quality.probe import Probe, learn
from generation.quality.sets import copies, distance_line

PAPER = 4.0  # the guidance of Khosravi et al. 2024, in the convention "from null" that mediffusion has now
SCALES = (1.0, 1.5, 2.0, 3.0, PAPER)
FEWEST = 30  # images of a subgroup that a distance is told for
Images = NDArray[np.uint8]
Report = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much is drawn: ``images`` for distances, ``pairs`` for effects, ``videos`` of ``frames`` for the
    way between, ``returned`` films to their noise and back.
    """

    images: int = 200
    pairs: int = 64
    videos: int = 4
    frames: int = 13
    returned: int = 8


class Measurement:
    """One model against its films. ``say`` is told what is begun."""

    def __init__(
        self, artist: Artist, training: Films, held_out: Films, amount: Amount, say: Say = lambda text: None
    ) -> None:
        self.artist, self.training, self.held_out, self.amount, self.say = (
            artist, training, held_out, amount, say,
        )  # fmt: skip
        self.schema = artist.model.config.schema
        group = next(one for one in self.schema.attributes if one.name == GROUP)
        if not isinstance(group, Category) or len(group.values) != 2:
            raise ValueError("Effects go from one group to another: the model needs a group with two values.")
        self.groups = (group.values[0], group.values[1])

    def report(self, extractor: Extractor) -> Report:
        """All sections. They need two sets of films with both groups in each."""
        own = self._draw(self.amount.images, 1.0)
        guided = self._draw(self.amount.images, PAPER)
        pairs = {scale: self._pairs(Guidance(scale=scale)) for scale in SCALES}
        alone = {scale: self._pairs(Guidance(attributes={GROUP: scale})) for scale in SCALES[1:]}
        self.say("effects")
        probe = learn(self.training.images, self.training.numbers, self.training.column(GROUP))
        effects = effect_section(
            probe, self.held_out, self.groups, whole=pairs, alone={1.0: pairs[1.0]} | alone
        )
        self.say("distances")
        return {
            "format": FORMAT,
            "steps": self.artist.steps,
            "size": self.artist.size,
            "amount": asdict(self.amount),
            "n_training": len(self.training),
            "n_held_out": len(self.held_out),
            "groups": list(self.groups),
            "distances": self._distances(extractor, {1.0: own, PAPER: guided}),
            "memorisation": copies(own, self.training.images, self.held_out.images),
            "effects": effects | {"paper": PAPER, "along": self._along(probe, effects["told"])},
            "axioms": self._axioms(pairs),
        }

    def _rows(self, n: int, group: str | None = None) -> list[dict[str, Any]]:
        """Conditions of held-out people, in turn; of their own ``group``, or all of one."""
        chosen = np.random.default_rng(0).permutation(len(self.held_out))
        rows = [self._conditions(self.held_out.conditions[chosen[place % len(chosen)]]) for place in range(n)]
        return [row | {GROUP: group} for row in rows] if group else rows

    def _conditions(self, row: Conditions) -> dict[str, Any]:
        """What the model knows of a film's conditions, numbers brought into the range that it has seen."""
        found: dict[str, Any] = {}
        for attribute in self.schema.attributes:
            value = row.get(attribute.name)
            if isinstance(attribute, Number) and value is not None:
                value = min(max(float(value), attribute.low), attribute.high)
            if value is not None:
                found[attribute.name] = value
        return found

    def _draw(self, n: int, scale: float) -> Images:
        self.say(f"{n} images at guidance {scale:g}")
        return self.artist.draw(range(10_000, 10_000 + n), self._rows(n), Guidance(scale=scale))

    def _pairs(self, guidance: Guidance) -> tuple[Images, Images]:
        n = self.amount.pairs
        self.say(f"{n} pairs at {_name(guidance)}")
        first, second = (self.artist.draw(range(n), self._rows(n, group), guidance) for group in self.groups)
        return first, second

    # Distances

    def _distances(self, extractor: Extractor, drawn: dict[float, Images]) -> Report:
        held_out = extractor.features(self.held_out.images)
        chosen = np.random.default_rng(1).permutation(len(self.training))[: self.amount.images]
        rows = [distance_line(extractor.features(self.training.images[chosen]), held_out)]
        conditions = self._rows(self.amount.images)
        for scale, images in drawn.items():
            features = extractor.features(images)
            rows.append(distance_line(features, held_out, guidance=scale))
            for name, value in self._subgroups():
                inside = np.array([str(row.get(name)) == value for row in conditions])
                real = held_out[self.held_out.column(name) == value]
                if min(inside.sum(), len(real)) >= FEWEST:
                    label: dict[str, str | float] = {"guidance": scale, "condition": name, "value": value}
                    rows.append(distance_line(features[inside], real, **label))
        return {"extractor": {"name": extractor.name, "sha256": extractor.sha256}, "rows": rows}

    def _subgroups(self) -> list[tuple[str, str]]:
        categories = [one for one in self.schema.attributes if isinstance(one, Category)]
        return [(one.name, value) for one in categories for value in one.values]

    def _along(self, probe: Probe, told: list[str]) -> Report:
        """Readings along videos at guidance 1 and the paper's: 0 on the first frame, 1 on the last."""
        amount, found = self.amount, {}
        for scale in (1.0, PAPER):
            self.say(f"{amount.videos} videos at guidance {scale:g}")
            films = [
                self.artist.way(seed, first, second, amount.frames, Guidance(scale=scale))
                for seed, first, second in zip(
                    range(amount.videos),
                    *(self._rows(amount.videos, group) for group in self.groups),
                    strict=True,
                )
            ]
            smooth = [smoothness(film) for film in films]
            readings = [probe.read(film) for film in films]
            found[f"{scale:g}"] = {
                "detour": float(np.mean([one.detour for one in smooth])),
                "unevenness": float(np.mean([one.unevenness for one in smooth])),
                "largest": max(one.largest for one in smooth),
                "shares": {
                    name: _shares(np.mean([reading[name] for reading in readings], axis=0)) for name in told
                },
            }
        return found

    # Axioms

    def _axioms(self, pairs: dict[float, tuple[Images, Images]]) -> Report:
        self.say("there and back again")
        films = self.held_out.only(
            np.random.default_rng(2).permutation(len(self.held_out))[: self.amount.returned]
        )
        own = [self._conditions(row) for row in films.conditions]
        other = [{**row, GROUP: self.groups[1 - self.groups.index(row[GROUP])]} for row in own]
        noise, residual = self.artist.back(films.images, own)
        same = self.artist.again(noise, own)
        changed = self.artist.again(noise, other)
        back, _ = self.artist.back(changed, other)
        returned = self.artist.again(back, own)
        true = self.held_out.counterparts
        return {
            "n_returned": len(films),
            "residual": residual,
            "composition": float(difference(films.images, same).mean()),
            "changed": float(difference(films.images, changed).mean()),
            "reversibility": float(difference(films.images, returned).mean()),
            "minimality": {f"{scale:g}": minimality(*both) for scale, both in pairs.items()},
            "minimality_true": None if true is None else minimality(self.held_out.images, true),
        }


def _name(guidance: Guidance) -> str:
    if guidance.attributes:
        return ", ".join(f"guidance {scale:g} of {name}" for name, scale in guidance.attributes.items())
    return f"guidance {guidance.scale:g}"


def _shares(readings: NDArray[np.float64]) -> list[float]:
    whole = readings[-1] - readings[0]
    return [float((reading - readings[0]) / whole) for reading in readings]
