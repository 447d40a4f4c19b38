"""`manage.py agreement ratings.csv --scale 1,2,3,4,5`: agreement of any ratings table, without a study."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stats.agreement import COEFFICIENTS, WEIGHTS, Agreement, Ratings
from stats.agreement.ratings_file import RatingsFileError, read_ratings, scale_from_text
from stats.agreement.summary import ALL, summary
from stats.report.agreement_table import agreement_table
from stats.report.text_format import text


class Command(BaseCommand):
    help = (
        "Agreement between readers from a CSV file with the columns criterion (may lack), video or subject, "
        "reader and score; an empty score is a missing rating."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ratings", type=Path, metavar="ratings.csv")
        parser.add_argument(
            "--scale",
            required=True,
            help="every category that was offered, in order: 1,2,3,4,5 or none,mild,severe",
        )
        parser.add_argument("--weights", choices=list(WEIGHTS), default="identity")
        parser.add_argument(
            "--coefficients", default="ac", help=f"'all' or some of {','.join(ALL)} (default: ac)"
        )
        parser.add_argument("--population", type=float, metavar="N", help="videos there are to sample from")
        parser.add_argument("--confidence", type=float, default=0.95)
        parser.add_argument("--json", action="store_true", help="a list of records, at full precision")

    def handle(self, *args: Any, **options: Any) -> None:
        names = _coefficients(options["coefficients"])
        try:
            tables = _read(options["ratings"], options["scale"])
            chosen = {key: options[key] for key in ("weights", "confidence", "population")}
            results = summary(tables, names, **chosen)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            records = [_record(criterion, result) for criterion, result in results]
            self.stdout.write(json.dumps(records, indent=2, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write(text(agreement_table(results)), ending="")


def _coefficients(text: str) -> list[str]:
    if text == "all":
        return list(ALL)
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in COEFFICIENTS]
    if unknown:
        raise CommandError(f"Unknown coefficient {unknown[0]!r}; choose 'all' or some of {', '.join(ALL)}.")
    return names


def _read(path: Path, scale: str) -> dict[str, Ratings]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            tables = read_ratings(lines, scale_from_text(scale))
    except RatingsFileError as error:
        raise CommandError(f"{path}: {error}") from error
    except UnicodeDecodeError:
        raise CommandError(f"{path}: the file is not text in UTF-8.") from None
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    if not tables:
        raise CommandError(f"{path}: the file has a header but no ratings.")
    return tables


def _record(criterion: str, result: Agreement) -> dict[str, Any]:
    """The published keys; a reason why there is no estimate comes first among the warnings."""
    keys = ("estimate", "se", "ci_low", "ci_high", "df", "p_two_sided", "pa", "pe", "n_subjects", "n_readers")
    reasons = [f"not estimable: {result.not_estimable}"] if result.not_estimable else []
    return {
        "criterion": criterion,
        "coefficient": result.coefficient,
        "weights": result.weights,
        **{key: getattr(result, key) for key in keys},
        "warnings": [*reasons, *result.warnings],
    }
