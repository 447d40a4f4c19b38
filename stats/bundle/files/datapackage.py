"""``datapackage.json``: the bundle's tables as a Frictionless Data Package.

Source: https://specs.frictionlessdata.io/data-package/ and /table-schema/ (version 1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from generation.spreadsheets import harmless
from stats.bundle.files.columns import ColumnSpec, long_columns
from stats.bundle.files.record import StudyRecord

SCALE = {"minimum": 1, "maximum": 5, "enum": [1, 2, 3, 4, 5]}


def datapackage(record: StudyRecord, files: Mapping[str, bytes]) -> bytes:
    """Describe the CSV tables among ``files``, with schema, keys, sizes and hashes."""
    resources = [
        _resource("ratings", "ratings.csv", files, _long_schema(record)),
        _resource("readers", "readers.csv", files, _readers_schema(record)),
    ]
    for criterion in record.facts.criteria:
        path = f"wide/{criterion.key}.csv"
        if path in files:
            name = f"wide-{criterion.key.lower().replace('_', '-')}"
            resources.append(_resource(name, path, files, _wide_schema(files[path])))
    package = {
        "profile": "tabular-data-package",
        "name": record.name.lower(),
        "title": record.facts.title,
        "description": " ".join(
            filter(None, [record.facts.notice, f"Wide tables hold codes {record.coding}."])
        ),
        "resources": resources,
    }
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()


def _resource(name: str, path: str, files: Mapping[str, bytes], schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "bytes": len(files[path]),
        "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}",
        "schema": schema,
    }


def _long_schema(record: StudyRecord) -> dict[str, Any]:
    return {
        "fields": [_field(column) for column in long_columns(record)],
        "missingValues": [""],
        "primaryKey": ["criterion", "video", "reader"],
        "foreignKeys": [{"fields": "reader", "reference": {"resource": "readers", "fields": "reader"}}],
    }


def _field(column: ColumnSpec) -> dict[str, Any]:
    constraints = dict(column.constraints)
    if column.type == "string" and "enum" in constraints:
        constraints["enum"] = [harmless(value) for value in constraints["enum"]]
    result = {"name": column.name, "type": column.type, "description": column.description}
    return result | ({"constraints": constraints} if constraints else {})


def _readers_schema(record: StudyRecord) -> dict[str, Any]:
    counted = {"required": True, "minimum": 0}
    return {
        "fields": [
            {"name": "reader", "type": "string", "constraints": {"required": True, "unique": True}},
            {"name": "specialty", "type": "string", "constraints": {"required": True}},
            {"name": "n_assigned", "type": "integer", "constraints": counted},
            {"name": "n_submitted", "type": "integer", "constraints": counted},
            {
                "name": "washout_days",
                "type": "number",
                "description": "From the last exploratory viewing to the first blinded one, in days of 24 h.",
            },
        ],
        "missingValues": [""],
        "primaryKey": "reader",
    }


def _wide_schema(content: bytes) -> dict[str, Any]:
    header = content.decode().split("\r\n", 1)[0].split(",")
    codes = [{"name": reader, "type": "integer", "constraints": SCALE} for reader in header[1:]]
    video = {"name": "video", "type": "string", "constraints": {"required": True, "unique": True}}
    return {"fields": [video, *codes], "missingValues": [""], "primaryKey": "video"}
