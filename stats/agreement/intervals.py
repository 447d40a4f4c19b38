"""Other confidence intervals than Gwet's t interval, which ``agreement`` gives."""

from __future__ import annotations

import math

from stats.agreement.distributions import t_quantile
from stats.agreement.inference import Agreement


def fisher_z(result: Agreement) -> tuple[float, float] | None:
    """Interval of the coefficient through z = artanh(kappa), SE_z = SE / (1 - kappa^2), t with its df.

    It never leaves (-1, 1), and is longer below a high coefficient than above it. None where there is no
    standard error, or where the coefficient is 1 in size and the transform has no value. Reference: Fisher
    (1921); for agreement coefficients, Moss (2024) Psychometrika.

    >>> from stats.agreement.inference import Agreement
    >>> low, high = fisher_z(Agreement("ac", "identity", 30, 4, 120, 0.95, estimate=0.83, se=0.056, df=29))
    >>> round(low, 3), round(high, 3)
    (0.675, 0.915)
    """
    if result.estimate is None or not result.se or result.df is None or abs(result.estimate) >= 1:
        return None
    half = t_quantile((1 + result.confidence) / 2, result.df) * result.se / (1 - result.estimate**2)
    centre = math.atanh(result.estimate)
    return math.tanh(centre - half), math.tanh(centre + half)
