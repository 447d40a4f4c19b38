"""Ratings in, tables out.

Pure cores: ``agreement`` (coefficients and their uncertainty), ``ordinal`` (frequencies, quantiles,
directions) and ``report`` (one table model, many formats). Pages, API and commands only present them.
"""
