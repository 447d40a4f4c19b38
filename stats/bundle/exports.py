"""The one door through which a bundle leaves, and is put on record: page and command both come here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import User

from readers.models import Study
from stats.bundle.files import archive, blinded, bundle_files
from stats.bundle.selectors import study_record
from stats.exports import record_export


class NothingToExport(Exception):
    """The study has no submitted rating yet; the message says so."""


@dataclass(frozen=True)
class Bundle:
    """A packed bundle: ``filename`` to offer, ``content`` of the zip and its ``sha256``."""

    filename: str
    content: bytes
    sha256: str
    n_ratings: int


def export_bundle(*, study: Study, without_groups: bool, by: User | None) -> Bundle:
    """Make the bundle of a study; ``without_groups`` for the blinded variant.

    ``by`` is who receives it and goes on record, None from the command line. Whether this person may is
    decided before, in ``stats.selectors.study_with_results``. Raises ``NothingToExport``.
    """
    record = study_record(study)
    if record.ratings.empty:
        raise NothingToExport(f"Study {study.slug!r} has no submitted ratings yet: nothing to export.")
    if without_groups:
        record = blinded(record)
    content = archive(bundle_files(record), folder=record.name)
    bundle = Bundle(
        filename=f"{record.name}.zip",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        n_ratings=len(record.ratings),
    )
    record_export(study=study, by=by, files={bundle.filename: content})
    return bundle
