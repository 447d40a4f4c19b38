"""Five-point answers as answers: frequencies, quartiles, directions and how they are rounded; numpy only.

``frequencies`` and ``quartiles`` describe one criterion; ``a_to_b`` turns an answer given to a video shown
B→A into what it says about A→B.
"""

from stats.ordinal.direction import a_to_b
from stats.ordinal.frequencies import Frequencies, frequencies
from stats.ordinal.quantiles import QUANTILE_TYPE, Quartiles, quartiles
from stats.ordinal.rounding import half_up, largest_remainder

__all__ = [
    "QUANTILE_TYPE",
    "Frequencies",
    "Quartiles",
    "a_to_b",
    "frequencies",
    "half_up",
    "largest_remainder",
    "quartiles",
]
