"""Ratings in, tables out.

Hands out: agreement coefficients, frequency tables, and their pages and exports. The only room that turns B->A answers
into A->B codes.
"""
