"""Normal and t probabilities. scipy is loaded at the first use, so that a web process starts without it."""

from __future__ import annotations


def normal_cdf(z: float) -> float:
    """P(Z <= z) of the standard normal; ``1 - P`` is better had as ``normal_cdf(-z)``."""
    from scipy.special import ndtr

    return float(ndtr(z))


def normal_quantile(p: float) -> float:
    """z with P(Z <= z) = p."""
    from scipy.special import ndtri

    return float(ndtri(p))


def t_cdf(t: float, df: float) -> float:
    """P(T <= t) of Student's t with ``df`` degrees of freedom."""
    from scipy.special import stdtr

    return float(stdtr(df, t))


def t_quantile(p: float, df: float) -> float:
    """t with P(T <= t) = p."""
    from scipy.special import stdtrit

    return float(stdtrit(df, p))
