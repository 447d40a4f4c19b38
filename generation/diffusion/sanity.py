"""Two checks that find a wrong training in a minute instead of after a night."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from generation.diffusion.training import Trainer

LEARNED = 0.7  # of the first loss: what one batch must come below


@dataclass(frozen=True)
class Sanity:
    """The first loss of an untrained net with the value that it must have, and one batch before and after."""

    first: float
    expected: float
    before: float
    after: float

    @property
    def starts_right(self) -> bool:
        """Within a fifth: a wrong sign, range or weight moves the first loss further."""
        return math.isclose(self.first, self.expected, rel_tol=0.2)

    @property
    def learns(self) -> bool:
        return self.after < LEARNED * self.before


def check(trainer: Trainer, steps: int = 50) -> Sanity:
    """Run both checks on a new trainer, which is then no longer of use for a real run.

    An untrained net predicts zero, so its error is the mean square of the target: 1 for epsilon. Then the
    first batch, always with the same noise, is learned for ``steps`` steps.
    """
    with torch.no_grad():
        batch = trainer.batch().to(trainer.process.device)
        first = trainer.loss(batch).item()
        expected = batch.target.square().mean().item()
    losses = []
    for _ in range(steps):
        trainer.optimizer.zero_grad(set_to_none=True)
        loss = trainer.loss(batch)
        loss.backward()
        trainer.optimizer.step()
        losses.append(loss.item())
    tenth = max(1, steps // 10)
    return Sanity(first, expected, sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth)
