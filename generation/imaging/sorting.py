"""What is taken and why the rest is not: one record a file. Decides, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from generation.imaging.joining import join
from generation.imaging.picture import Facts, Person
from generation.imaging.pseudonym import pseudonym, shifted
from generation.imaging.reader import Reading
from generation.imaging.registry import Registry, Row

Status = Literal["taken", "duplicate", "quarantined", "held"]

KNOWN = "already in the cohort"


@dataclass(frozen=True)
class Attributes:
    """All that is kept of a radiograph besides its pixels: the other half of the whitelist."""

    patient: str
    sex: str = ""
    age: float | None = None
    bmi: float | None = None
    group: str = ""
    projection: str = ""
    laterality: str = ""
    implant: bool | None = None
    site: str = ""
    shifted_date: date | None = None

    def without_patient(self) -> Attributes:
        """Return what is said of the image, whoever's it is; its date moved by whose it is, so it is left out."""
        return replace(self, patient="", shifted_date=None)


@dataclass(frozen=True)
class FileRecord:
    """One file in the report. ``decoded_sha256``: ``canonical.pixels_sha256`` of the decoded values."""

    file: str
    status: Status
    reason: str
    facts: Facts
    decoded_sha256: str

    def as_dict(self) -> dict[str, Any]:
        """Return the record as it stands in the JSON report."""
        return {
            "file": self.file,
            "status": self.status,
            "reason": self.reason,
            "transfer_syntax": self.facts.transfer_syntax,
            "photometric": self.facts.photometric,
            "rows": self.facts.rows,
            "columns": self.facts.columns,
            "bits": self.facts.bits,
            "decoded_sha256": self.decoded_sha256,
        }


@dataclass
class Sorted:
    """``taken``: file → attributes. ``unusable``: why nothing can be imported; else empty."""

    records: list[FileRecord] = field(default_factory=list)
    taken: dict[str, Attributes] = field(default_factory=dict)
    registry_problems: list[tuple[int, str]] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)


def sort_out(
    readings: Mapping[str, Reading],
    registry: Registry | None,
    *,
    key: bytes,
    stored: Mapping[str, Attributes],
) -> Sorted:
    """Decide on every file, in the order of the names.

    ``readings``: relative file name → reading. ``registry``: its rows, None to take what headers say alone.
    ``stored``: pixel hash → attributes of what the cohort holds already.
    """
    result = Sorted()
    names = sorted(readings)
    verdict: dict[str, tuple[Status, str]] = {}
    for name in names:
        if (status := readings[name].status) != "read":
            verdict[name] = (status, readings[name].reason)
    rows: dict[str, Row] = {}
    if registry is not None:
        joined = join(registry, {name: key_of(readings[name].person, registry.join) for name in names})
        rows, result.registry_problems = joined.rows, joined.problems
        for name, reason in joined.refused.items():
            verdict.setdefault(name, ("held", reason))
    attributes = {
        name: attributes_of(rows.get(name), readings[name].person, readings[name].pixel_sha256, key)
        for name in names
        if name not in verdict
    }
    verdict |= find_duplicates(readings, attributes, stored)
    result.taken = {name: attributes[name] for name in names if name not in verdict}
    result.unusable = missing_groups(registry.rows if registry else [], result.taken, stored)
    if not result.taken and not stored:
        result.unusable.append("no file can be taken")
    if result.unusable:
        verdict |= dict.fromkeys(result.taken, ("held", f"nothing was imported: {result.unusable[0]}"))
        result.taken = {}
    for name in names:
        what, reason = verdict.get(name, ("taken", ""))
        reading = readings[name]
        result.records.append(FileRecord(name, what, reason, reading.facts, reading.decoded_sha256))
    return result


def attributes_of(row: Row | None, person: Person, pixel_sha256: str, key: bytes) -> Attributes:
    """Combine registry and header, which fills in the patient, sex and age that the registry leaves out.

    An image whose patient nobody knows counts as a patient of its own.
    """
    row = row or Row(line=0)
    identity = row.patient or person.patient_id
    patient = pseudonym(key, f"patient:{identity}" if identity else f"image:{pixel_sha256}")
    return Attributes(
        patient=patient,
        sex=row.sex or person.sex,
        age=person.age if row.age is None else row.age,
        bmi=row.bmi,
        group=row.group,
        projection=row.projection,
        laterality=row.laterality,
        implant=row.implant,
        site=row.site,
        shifted_date=shifted(key, patient, row.date) if row.date else None,
    )


def key_of(person: Person, joined_by: str) -> str:
    """Return the number by which a file's row is found; '' where the header has none, or the name decides."""
    return {"patient": person.patient_id, "accession": person.accession}.get(joined_by, "")


def find_duplicates(
    readings: Mapping[str, Reading], attributes: Mapping[str, Attributes], stored: Mapping[str, Attributes]
) -> dict[str, tuple[Status, str]]:
    """Return a verdict for every file that shows what another file, or the cohort, holds already.

    The same pixels are a duplicate, even under another patient ID, unless another attribute differs too: then
    somebody has to decide, and all of them are held. Another picture under a used SOP Instance UID is a
    duplicate of the first one.
    """
    verdict: dict[str, tuple[Status, str]] = {}
    by_pixels: dict[str, list[str]] = defaultdict(list)
    for name in attributes:
        by_pixels[readings[name].pixel_sha256].append(name)
    for pixels, names in by_pixels.items():
        known = stored.get(pixels)
        said = [attributes[name] for name in names] + ([known] if known else [])
        if len({one.without_patient() for one in said}) > 1:
            other = "the cohort holds them" if known else f"{len(names)} files show them"
            verdict |= dict.fromkeys(names, ("held", f"the same pixels with other attributes: {other}"))
        elif known:
            verdict |= dict.fromkeys(names, ("duplicate", KNOWN))
        else:
            for name in names[1:]:
                other = (
                    "" if attributes[name].patient == attributes[names[0]].patient else ", another patient"
                )
                verdict[name] = ("duplicate", f"the same pixels as {names[0]}{other}")
    first: dict[str, str] = {}
    for name in attributes:
        uid = readings[name].person.sop_instance_uid
        if not uid or verdict.get(name, ("", ""))[0] == "held":
            continue
        earlier = first.setdefault(uid, name)
        if earlier != name:
            verdict.setdefault(name, ("duplicate", f"the same SOP Instance UID as {earlier}, other pixels"))
    return verdict


def missing_groups(
    registry: list[Row], taken: Mapping[str, Attributes], stored: Mapping[str, Attributes]
) -> list[str]:
    """Return one line for each group that the registry names and no image shows."""
    shown = {attributes.group for attributes in (*taken.values(), *stored.values())}
    return [
        f"group '{group}' has no images" for group in sorted({row.group for row in registry} - shown - {""})
    ]
