"""Draw docs/images/simulator_beside_real.png: simulated films above real ones, at the same size.

python benchmarks/simulator_beside_real.py [OUT.png]
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from pydicom import dcmread

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from generation.simulation.plan_file import read_plan  # noqa: E402
from generation.simulation.presentation import to_grey  # noqa: E402
from generation.simulation.record import film  # noqa: E402

SIDE, TITLE, PEOPLE = 331, 26, (0, 1, 2, 3)
REAL = ("331_DDH_1", "331_DDH_10", "331_DDH_116", "331_DDH_138")


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images" / "simulator_beside_real.png"
    plan = read_plan((ROOT / "docs" / "reference" / "demo_registry.yaml").read_text())
    simulated = [Image.fromarray(to_grey(film(plan, number).brightness)) for number in PEOPLE]
    folder = ROOT / "tests" / "samples" / "jordan_pelvis"
    real = [Image.fromarray(dcmread(folder / f"{name}.dcm").pixel_array).convert("L") for name in REAL]
    rows = {
        "simulated adults, persons 0 to 3 of the demo registry": simulated,
        "real infants: Fraiwan et al. 2022, doi:10.17632/jf3pv98m9g.2, CC BY 4.0": real,
    }
    sheet = Image.new("L", (SIDE * len(PEOPLE), (SIDE + TITLE) * len(rows)))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(17)
    for row, (title, films) in enumerate(rows.items()):
        draw.text((8, row * (SIDE + TITLE) + 3), title, fill=255, font=font)
        for column, picture in enumerate(films):
            place = (column * SIDE, row * (SIDE + TITLE) + TITLE)
            sheet.paste(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), place)
    sheet.save(out, optimize=True)
    print(out)


if __name__ == "__main__":
    main()
