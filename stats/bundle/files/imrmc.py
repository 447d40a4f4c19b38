"""The ratings in the input format of iMRMC (FDA), also read by RJafroc.

Source: iMRMC's own help on its format (DIDSR/iMRMC, ``dataFormat.java``) and R documentation of
``dfMRMC_example``: free text, then N0, N1, NR, NM, "BEGIN DATA:", then "reader,case,modality,score", all
integers; a row "-1,case,0,truth" tells the truth, 0 or 1, of each case.

The mapping is ours, because a counterfactual video is not healthy or diseased: truth is the direction shown
(1 = A→B, 0 = B→A), a modality is a criterion, the score is the one as shown. The area under the curve of a
criterion is then how well it tells the directions apart: .5 for a criterion that does not differ between the
groups. Without videos in both directions (N0 or N1 = 0) there is no such area.
"""

from __future__ import annotations

from stats.bundle.files.record import StudyRecord
from stats.report.csv_format import csv_text


def imrmc_files(record: StudyRecord) -> dict[str, bytes]:
    """``imrmc/ratings.imrmc`` and ``imrmc/key.csv``, which says what each number stands for."""
    ratings = record.ratings
    directions = dict(zip(ratings["video"], ratings["direction"], strict=True))
    cases = {video: number for number, video in enumerate(sorted(directions), start=1)}
    readers = {code: number for number, code in enumerate(sorted(set(ratings["reader"])), start=1)}
    rated = set(ratings["criterion"])
    criteria = [c.key for c in record.facts.criteria if c.key in rated]
    modalities = {key: number for number, key in enumerate(criteria, start=1)}
    truth = {video: int(direction == "AB") for video, direction in directions.items()}
    header = [
        f"{_plain(record.facts.title)} ({record.facts.slug})",
        *([_plain(record.facts.notice)] if record.facts.notice else []),
        "Truth is the direction shown (1: A to B, 0: B to A); a modality is a criterion; see key.csv.",
        f"N0: {len(cases) - sum(truth.values())}",
        f"N1: {sum(truth.values())}",
        f"NR: {len(readers)}",
        f"NM: {len(modalities)}",
        "",
        "BEGIN DATA:",
    ]
    rows = [f"-1,{number},0,{truth[video]}" for video, number in cases.items()]
    columns = (ratings[name] for name in ("reader", "video", "criterion", "score"))
    rows += sorted(
        (
            f"{readers[reader]},{cases[video]},{modalities[criterion]},{score}"
            for reader, video, criterion, score in zip(*columns, strict=True)
        ),
        key=lambda row: [int(value) for value in row.split(",")],
    )
    key = [
        [kind, number, name]
        for kind, names in (("reader", readers), ("case", cases), ("modality", modalities))
        for name, number in names.items()
    ]
    return {
        "imrmc/ratings.imrmc": ("\n".join([*header, *rows]) + "\n").encode(),
        "imrmc/key.csv": csv_text(["kind", "number", "name"], key).encode(),
    }


def _plain(text: str) -> str:
    """One line that cannot be taken for one of the header's numbers."""
    return "Study: " + " ".join(text.split())
