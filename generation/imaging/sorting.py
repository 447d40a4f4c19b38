"""What is taken and why the rest is not: one record a file. Decides, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from generation.imaging.box import Box
from generation.imaging.joining import join
from generation.imaging.perceptual import near_pairs
from generation.imaging.picture import Facts, Person
from generation.imaging.pseudonym import hidden, shifted
from generation.imaging.reader import Reading
from generation.imaging.registry import Registry, Row

Status = Literal["taken", "duplicate", "quarantined", "held"]

KNOWN = "already in the cohort"
WAITING = "waits for review since an earlier import"


@dataclass(frozen=True, slots=True)
class Attributes:
    """All that is kept of a radiograph besides its pixels: the other half of the whitelist.

    ``guessed``: the columns that a characteriser filled in, with commas.
    """

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
    guessed: str = ""

    def without_patient(self) -> Attributes:
        """Return what is said of the image, whoever's it is. Its date moved by whose it is."""
        return replace(self, patient="", shifted_date=None)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file in the report. ``decoded_sha256``: ``canonical.pixels_sha256`` of the decoded values."""

    file: str
    status: Status
    reason: str
    facts: Facts
    decoded_sha256: str
    exposed: Box | None = None

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
            "exposed": list(astuple(self.exposed)) if self.exposed else None,
        }


@dataclass
class Stored:
    """What the cohort knows already: pixel hash → attributes, → perceptual hash, → what a review decided."""

    attributes: dict[str, Attributes] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)
    reviewed: dict[str, Literal["waiting", "taken", "refused"]] = field(default_factory=dict)


@dataclass
class Sorted:
    """``taken``, ``to_review``: file → attributes. ``unusable``: why nothing can be imported; else empty.

    ``near``: (file, other file or '' for one of the cohort, bits that differ): reported, never acted on.
    """

    records: list[FileRecord] = field(default_factory=list)
    taken: dict[str, Attributes] = field(default_factory=dict)
    to_review: dict[str, Attributes] = field(default_factory=dict)
    near: list[tuple[str, str, int]] = field(default_factory=list)
    registry_problems: list[tuple[int, str]] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)


def sort_out(
    readings: Mapping[str, Reading],
    registry: Registry | None,
    *,
    key: bytes,
    stored: Stored,
) -> Sorted:
    """Decide on every file, in the order of the names.

    ``readings``: file name → reading, hidden. ``registry``: its rows, hidden too (``registry.hide``); None to
    take what headers say alone.
    """
    result = Sorted()
    names = sorted(readings)
    verdict: dict[str, tuple[Status, str]] = {}
    for name in names:
        if readings[name].status != "read":
            verdict[name] = ("quarantined", readings[name].reason)
    rows: dict[str, Row] = {}
    if registry is not None:
        joined = join(registry, {name: key_of(readings[name].person, registry.join) for name in names})
        rows, result.registry_problems = joined.rows, joined.problems
        for name, reason in joined.refused.items():
            verdict.setdefault(name, ("held", reason))
    attributes = {
        name: attributes_of(rows.get(name), readings[name], key) for name in names if name not in verdict
    }
    doubtful = review(readings, attributes, stored, result)
    verdict |= doubtful
    clear = {name: said for name, said in attributes.items() if name not in doubtful}
    verdict |= find_duplicates(readings, clear, stored.attributes)
    result.taken = {name: attributes[name] for name in names if name not in verdict}
    shown = [*result.taken.values(), *result.to_review.values(), *stored.attributes.values()]
    result.unusable = missing_groups(registry.rows if registry else [], shown)
    if not shown:
        result.unusable.append("no file can be taken")
    if result.unusable:
        verdict |= dict.fromkeys(result.taken, ("held", f"nothing was imported: {result.unusable[0]}"))
        result.taken, result.to_review = {}, {}
    result.near = near_duplicates(readings, result.taken, stored)
    for name in names:
        what, reason = verdict.get(name, ("taken", ""))
        reading = readings[name]
        result.records.append(
            FileRecord(name, what, reason, reading.facts, reading.decoded_sha256, reading.exposed)
        )
    return result


def review(
    readings: Mapping[str, Reading], attributes: Mapping[str, Attributes], stored: Stored, result: Sorted
) -> dict[str, tuple[Status, str]]:
    """Return a verdict for every file that somebody must look at first, or has; fill ``result.to_review``."""
    verdict: dict[str, tuple[Status, str]] = {}
    first: dict[str, str] = {}
    for name in attributes:
        reading = readings[name]
        if not reading.doubt:
            continue
        decided = stored.reviewed.get(reading.pixel_sha256)
        if decided == "taken":
            verdict[name] = ("duplicate", KNOWN)
        elif decided == "refused":
            verdict[name] = ("quarantined", "refused on review")
        elif (earlier := first.setdefault(reading.pixel_sha256, name)) != name:
            verdict[name] = ("duplicate", f"the same pixels as {earlier}, which is held")
        else:
            verdict[name] = ("held", reading.doubt if decided is None else WAITING)
            if decided is None:
                result.to_review[name] = attributes[name]
    return verdict


def near_duplicates(
    readings: Mapping[str, Reading], taken: Mapping[str, Attributes], stored: Stored
) -> list[tuple[str, str, int]]:
    """Return the pairs that look alike of which one at least is new; '' stands for one of the cohort."""
    names = list(taken)
    hashes = [readings[name].perceptual_hash for name in names] + list(stored.alike.values())
    return [
        (names[i], names[j] if j < len(names) else "", bits)
        for i, j, bits in near_pairs(hashes)
        if i < len(names)
    ]


def attributes_of(row: Row | None, reading: Reading, key: bytes) -> Attributes:
    """Combine registry and header, which fills in the patient, sex and age that the registry leaves out.

    A characteriser's guesses come last, and are named. An image of nobody known is a patient of its own.
    """
    row, person = row or Row(line=0), reading.person
    patient = row.patient or person.patient_id or hidden(key, "image", reading.pixel_sha256)
    said: dict[str, Any] = {
        "projection": row.projection,
        "laterality": row.laterality,
        "implant": row.implant,
    }
    guesses = {column: word for column, word in reading.guesses if said[column] in ("", None)}
    said |= {column: word == "yes" if column == "implant" else word for column, word in guesses.items()}
    return Attributes(
        patient=patient,
        sex=row.sex or person.sex,
        age=person.age if row.age is None else row.age,
        bmi=row.bmi,
        group=row.group,
        **said,
        site=row.site,
        shifted_date=shifted(key, patient, row.date) if row.date else None,
        guessed=",".join(sorted(guesses)),
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


def missing_groups(registry: list[Row], images: Iterable[Attributes]) -> list[str]:
    """Return one line for each group that the registry names and no image shows."""
    shown = {attributes.group for attributes in images}
    return [
        f"group '{group}' has no images" for group in sorted({row.group for row in registry} - shown - {""})
    ]
