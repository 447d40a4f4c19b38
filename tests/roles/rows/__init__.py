"""The role table, a file for each part of the product; a row's name is the address's name in the URLs.

More rows of one name ("readers:case of another reader") are allowed: after the first space comes a remark.
"""

from __future__ import annotations

from tests.roles.rows import (
    consensus,
    generation,
    people,
    protocol,
    reading,
    setup,
    sign_in,
    site,
    stats,
    studies,
)
from tests.roles.table import Row

PARTS = (site, sign_in, generation, people, reading, consensus, studies, setup, protocol, stats)

TABLE: dict[str, Row] = {}
for part in PARTS:
    if twice := TABLE.keys() & part.ROWS.keys():
        raise ValueError(f"rows of the same name in two files: {', '.join(sorted(twice))}")
    TABLE |= part.ROWS
