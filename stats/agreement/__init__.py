"""Agreement between readers on a declared scale; numpy and scipy only.

``Ratings`` holds who put what where; ``agreement`` gives a coefficient with its uncertainty for these
readers, ``new_readers`` for readers like them, ``benchmark`` puts a word on it.
"""

from stats.agreement.benchmark import SCALES, Benchmark, benchmark
from stats.agreement.coefficients import COEFFICIENTS
from stats.agreement.inference import Agreement, NewReaders, agreement, new_readers
from stats.agreement.ratings import Ratings
from stats.agreement.scale import LIKERT5, Scale
from stats.agreement.weights import WEIGHTS, weight_matrix

__all__ = [
    "COEFFICIENTS",
    "LIKERT5",
    "SCALES",
    "WEIGHTS",
    "Agreement",
    "Benchmark",
    "NewReaders",
    "Ratings",
    "Scale",
    "agreement",
    "benchmark",
    "new_readers",
    "weight_matrix",
]
