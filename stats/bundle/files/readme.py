"""The README of the zip: what is in it and how to check it."""

from __future__ import annotations

from collections.abc import Collection

from stats.bundle.files.record import StudyRecord

LINES = {
    "ratings.csv": "every rating, one row each (tidy)",
    "ratings.parquet": "the same with types",
    "wide/": "codes of one criterion a file, a row a video, a column a reader: direct input for irrCAC",
    "criteria.csv": "the form: criteria and the words of codes 1 to 5",
    "readers.csv": "readers with specialty, cases, and the washout that really passed",
    "reading_times.csv": "submitted cases with seconds of active reading and frames seen, where logged",
    "not_judged.csv": "what readers could not judge, with the reason; missing in the ratings",
    "acts.csv": "cases opened again, readers paused, withdrawn or replaced, and whether the coordinator "
    "could see the results by then",
    "notes.csv": "what readers noted on exploratory videos; frame as shown and counted from group A",
    "videos.csv": "videos with the direction in which they were shown",
    "codebook.md": "what each column means; `codebook.csv` for programs",
    "datapackage.json": "the tables as a Frictionless Data Package (types, allowed values, keys, hashes)",
    "redcap_data_dictionary.csv": "the form for REDCap",
    "results/results.json": "every coefficient for every criterion and subgroup, at full precision, with "
    "options, seeds and versions",
    "results/agreement.csv": "the coefficients as a table",
    "results/comparisons.csv": "paired tests of AC1 between specialties",
    "results/frequencies.csv": "counts, percentages and quartiles as a table",
    "tables/": "Tables 2 and 3, their supplements, the comparisons to Table 3, the most discordant videos, "
    "and Table 1 where cohort and model are known; in every format",
    "figures/": "the figures as SVG",
    "grras.md": "the GRRAS checklist, filled from the study's records; `grras.csv` to work with",
    "imrmc/": "the ratings in the format of iMRMC, and what its numbers stand for",
    "recompute.R": "recomputes Tables 2 and 3 from `wide/` and compares them with `results/`",
    "SHA256SUMS": "hash of every file: `sha256sum -c SHA256SUMS`",
}
IMRMC = (
    "## iMRMC\n\n"
    "A counterfactual video is not healthy or diseased, so the mapping is ours: the truth of a case is the "
    "direction shown (1: A→B, 0: B→A), a modality is a criterion, the score is the one as shown. The area "
    "under the curve is then how well a criterion tells the directions apart; .5 says not at all. If all "
    "videos were shown in one direction (N0 or N1 is 0), there is no such area."
)
BLINDED = (
    "## What the blinded variant leaves out\n\n"
    "Directions and A→B codes, the names of the groups, the study's title and short name, the question where "
    "it names the groups, the words of findings, the allocation seed, tables and figures (they speak about "
    "A→B), the notes of the exploratory phase and the iMRMC file (its truth is the direction). Results are "
    "computed from the scores as shown, so coefficients differ from those of the unblinded bundle where "
    "videos were shown both ways."
)


def readme(record: StudyRecord, names: Collection[str]) -> bytes:
    """Markdown; only what is in this bundle is listed."""
    facts = record.facts
    parts = [f"# {facts.title}: analysis bundle{' (blinded)' if record.blinded else ''}"]
    parts += [f"**{facts.notice}**"] if facts.notice else []
    assigned = sum(reader.n_assigned for reader in record.readers)
    submitted = sum(reader.n_submitted for reader in record.readers)
    if submitted < assigned:
        parts.append(f"**Interim: {submitted} of {assigned} cases are submitted.**")
    parts.append(
        f"{len(record.ratings)} ratings of {record.ratings['video'].nunique()} videos by "
        f"{record.ratings['reader'].nunique()} readers; form SHA-256 {record.form_sha256}. Only answers of "
        f"submitted cases of the blinded phase count. Results use the codes {record.coding}."
    )
    if record.not_judged:
        n = len(record.not_judged)
        parts.append(
            f'{n} answer{" was" if n == 1 else "s were"} "cannot judge"; no coefficient counts them.'
        )
    if n := sum(act.unblinded for act in record.acts):
        parts.append(
            f"**{n} act{'' if n == 1 else 's'} of a coordinator came when that person could see the results: "
            "`acts.csv` lists them.**"
        )
    if not record.blinded:
        parts.append(f"Group A is {facts.group_a}, group B is {facts.group_b}.")
    listed = [
        f"| `{name}` | {words} |"
        for name, words in LINES.items()
        if name == "SHA256SUMS" or any(given == name or given.startswith(name) for given in names)
    ]
    parts.append("\n".join(["| file | what |", "|---|---|", *listed]))
    parts.append(
        "## Check it\n\n```\nsha256sum -c SHA256SUMS\nRscript recompute.R\n```\n\nThe script needs R "
        "alone; with the package irrCAC it also compares every coefficient with irrCAC."
    )
    parts.append(BLINDED if record.blinded else IMRMC)
    return ("\n\n".join(parts) + "\n").encode()
