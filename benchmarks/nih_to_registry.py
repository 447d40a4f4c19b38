"""Turn 1,000 NIH chest radiographs (npz + meta.csv) into PNG files and a registry for import_cohort.

    python benchmarks/nih_to_registry.py SOURCE_FOLDER OUT_FOLDER
    python manage.py import_cohort OUT_FOLDER --registry OUT_FOLDER/registry.csv --name nih-chest

SOURCE_FOLDER holds ``nih_chest_1000_256.npz`` (``images``, uint8, n × 256 × 256, in the table's order) and
``meta.csv`` (columns of the NIH's Data_Entry_2017). The registry has file, patient, sex, age, group and
projection; group is the sex spelled out, ``female`` or ``male``, and projection the view, ``PA`` or ``AP``.
BMI, laterality and implant are not known.

Attribution, which anything shown from these images must carry: NIH Clinical Center, ChestX-ray8/14,
https://nihcc.app.box.com/v/ChestXray-NIHCC; Wang X, Peng Y, Lu L, Lu Z, Bagheri M, Summers RM. ChestX-ray8:
Hospital-scale Chest X-ray Database and Benchmarks. IEEE CVPR 2017, pp. 3462-3471. The images may be used
without restrictions.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from PIL import Image

GROUPS = {"F": "female", "M": "male"}


def convert(source: Path, out: Path) -> int:
    """Write one PNG a row and ``registry.csv`` into ``out``; return how many images there are."""
    images = np.load(source / "nih_chest_1000_256.npz")["images"]
    with (source / "meta.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    if len(table) != len(images):
        raise SystemExit(f"{len(images)} images but {len(table)} rows in meta.csv")
    out.mkdir(parents=True, exist_ok=True)
    with (out / "registry.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "patient", "sex", "age", "group", "projection"])
        for row, image in zip(table, images, strict=True):
            name, sex = row["Image Index"], row["Patient Gender"]
            Image.fromarray(image).save(out / name)
            writer.writerow(
                [name, row["Patient ID"], sex, row["Patient Age"], GROUPS[sex], row["View Position"]]
            )
    return len(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, metavar="SOURCE_FOLDER")
    parser.add_argument("out", type=Path, metavar="OUT_FOLDER")
    options = parser.parse_args()
    print(f"{convert(options.source, options.out)} images and registry.csv in {options.out}")
