"""Which files a bundle holds."""

from __future__ import annotations

from pathlib import Path

from stats.bundle.files.codebook import codebook_csv, codebook_markdown
from stats.bundle.files.datapackage import datapackage
from stats.bundle.files.grras import grras_files
from stats.bundle.files.imrmc import imrmc_files
from stats.bundle.files.ratings_files import (
    acts_csv,
    criteria_csv,
    not_judged_csv,
    notes_csv,
    ratings_csv,
    ratings_parquet,
    readers_csv,
    reading_times_csv,
    videos_csv,
    wide_csv,
)
from stats.bundle.files.readme import readme
from stats.bundle.files.record import StudyRecord
from stats.bundle.files.redcap import data_dictionary
from stats.bundle.files.results import agreement_csv, comparisons_csv, frequencies_csv, results, results_json
from stats.report import (
    FORMATS,
    discordant,
    table2,
    table2_tests,
    table3,
    table3_comparisons,
    table3_supplement,
)
from stats.report.figures import FIGURES, FigureData, svg

SCRIPT = Path(__file__).parent / "recompute.R"


def bundle_files(record: StudyRecord) -> dict[str, bytes]:
    """Name and content of every file. The record needs at least one rating."""
    found = results(record)
    rated = set(record.ratings["criterion"])
    files = {
        "ratings.csv": ratings_csv(record),
        "ratings.parquet": ratings_parquet(record),
        "criteria.csv": criteria_csv(record),
        "readers.csv": readers_csv(record),
        "reading_times.csv": reading_times_csv(record),
        "not_judged.csv": not_judged_csv(record),
        "acts.csv": acts_csv(record),
        **{f"wide/{c.key}.csv": wide_csv(record, c.key) for c in record.facts.criteria if c.key in rated},
        "codebook.md": codebook_markdown(record),
        "codebook.csv": codebook_csv(record),
        "redcap_data_dictionary.csv": data_dictionary(record),
        "results/results.json": results_json(found),
        "results/agreement.csv": agreement_csv(found),
        "results/comparisons.csv": comparisons_csv(found),
        "results/frequencies.csv": frequencies_csv(found),
        "recompute.R": SCRIPT.read_bytes(),
        **grras_files(record, found),
    }
    if not record.blinded:
        files |= {"videos.csv": videos_csv(record), "notes.csv": notes_csv(record), **imrmc_files(record)}
        files |= _tables(record) | _figures(record)
    files["datapackage.json"] = datapackage(record, files)
    files["README.md"] = readme(record, files)
    return files


def _tables(record: StudyRecord) -> dict[str, bytes]:
    from_ratings = (table2, table2_tests, table3, table3_supplement, table3_comparisons, discordant)
    tables = (*record.origin, *(make(record.ratings, record.facts) for make in from_ratings))
    return {
        f"tables/{table.key}.{suffix}": form.render(table)
        for table in tables
        for suffix, form in FORMATS.items()
    }


def _figures(record: StudyRecord) -> dict[str, bytes]:
    data = FigureData(ratings=record.ratings, times=record.times, study=record.facts)
    drawn = (build(data) for build in FIGURES.values())
    return {f"figures/{figure.key}.svg": svg(figure).encode() for figure in drawn if figure.spec}
