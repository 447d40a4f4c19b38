"""Projection, laterality and implant by looking at the picture, where a registry does not say them.

``Characteriser`` is the interface; ``LinearCharacteriser`` a small trainable default: multinomial logistic
regression on a 24 × 24 picture. None is used unless a trained model's file is given.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 24
COLUMNS = ("projection", "laterality", "implant")
PENALTY = 1.0  # of squared weights, beside the sum of the log losses
SURE = 0.9  # below this probability a word is not written down


class Characteriser(Protocol):
    """Names what a picture shows."""

    @property
    def column(self) -> str:
        """The column of the registry that this fills."""

    def probabilities(self, pictures: Iterable[NDArray[np.uint8]]) -> list[dict[str, float]]:
        """Return word → probability for each grey picture (side × side); they sum to 1."""


@dataclass(frozen=True)
class LinearCharacteriser:
    """``weights``: (features + 1) × words, the last row being the bias."""

    column: str
    words: tuple[str, ...]
    weights: NDArray[np.float64]

    def probabilities(self, pictures: Iterable[NDArray[np.uint8]]) -> list[dict[str, float]]:
        scores = features(pictures) @ self.weights
        exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares = exponents / exponents.sum(axis=1, keepdims=True)
        return [dict(zip(self.words, map(float, row), strict=True)) for row in shares]


@dataclass(frozen=True)
class Score:
    """How a word was found: of ``films`` that show it, ``named`` got it at SURE, ``right`` of those truly.

    ``named`` counts all films that got the word, whatever they show.
    """

    word: str
    films: int
    named: int
    right: int


def features(pictures: Iterable[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """Return a row for each picture: its 24 × 24 area means, of mean 0 and SD 1, and a 1 for the bias."""
    return np.array([feature_row(picture) for picture in pictures]).reshape(-1, SIDE * SIDE + 1)


def feature_row(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the row of one picture."""
    small = Image.fromarray(picture.astype(np.float32)).resize((SIDE, SIDE), Image.Resampling.BOX)
    values = np.asarray(small, dtype=np.float64).ravel()
    return np.append((values - values.mean()) / (values.std() + 1e-6), 1.0)


def train(
    column: str, pictures: Iterable[NDArray[np.uint8]], labels: Sequence[str], penalty: float = PENALTY
) -> LinearCharacteriser:
    """Fit by L-BFGS: the sum of log losses plus ``penalty`` times half the squared weights (bias free).

    Raises ValueError for a column that nothing is characterised by, or for fewer than two words.
    """
    from scipy.optimize import minimize

    words = tuple(sorted(set(labels)))
    if column not in COLUMNS or len(words) < 2:
        raise ValueError(f"a column of {', '.join(COLUMNS)}, with two words at least, is needed")
    inputs = features(pictures)
    wanted = np.array([[label == word for word in words] for label in labels], dtype=np.float64)
    shape = (inputs.shape[1], len(words))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        scores = inputs @ weights
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        ridge = weights.copy()
        ridge[-1] = 0
        slope = inputs.T @ (np.exp(logs) - wanted) + penalty * ridge
        return float(-(wanted * logs).sum() + penalty * (ridge**2).sum() / 2), slope.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return LinearCharacteriser(column, words, found.x.reshape(shape))


def score(model: Characteriser, pictures: Iterable[NDArray[np.uint8]], labels: Sequence[str]) -> list[Score]:
    """Return a score for each word, of pictures that the model has not learnt from."""
    given = [named(shares) for shares in model.probabilities(pictures)]
    return [
        Score(
            word,
            films=sum(label == word for label in labels),
            named=sum(got == word for got in given),
            right=sum(got == label == word for got, label in zip(given, labels, strict=True)),
        )
        for word in sorted(set(labels))
    ]


def named(shares: Mapping[str, float]) -> str:
    """Return the word that is SURE; '' where none is."""
    word, share = max(shares.items(), key=lambda item: item[1])
    return word if share >= SURE else ""


def save(path: Path, models: Mapping[str, LinearCharacteriser]) -> None:
    """Write models, one a column, as a NumPy archive of numbers and text; nothing in it can run."""
    arrays = {column: model.weights for column, model in models.items()}
    words = json.dumps({column: model.words for column, model in models.items()})
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, words=np.array(words), **arrays)


@lru_cache(maxsize=1)
def load(path: str) -> dict[str, LinearCharacteriser]:
    """Read what ``save`` wrote, once a process. Raises ValueError for any other file."""
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            said = json.loads(str(data["words"]))
            models = {
                column: LinearCharacteriser(column, tuple(words), data[column].astype(np.float64))
                for column, words in said.items()
            }
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError("this is no file of a trained characteriser") from error
    for column, model in models.items():
        if column not in COLUMNS or model.weights.shape != (SIDE * SIDE + 1, len(model.words)):
            raise ValueError("this characteriser was made for another version")
    return models


def guess(picture: NDArray[np.uint8], path: str) -> dict[str, str]:
    """Return column → word for each column whose word is SURE."""
    found = {
        column: named(shares)
        for column, model in load(path).items()
        for shares in model.probabilities([picture])
    }
    return {column: word for column, word in found.items() if word}
