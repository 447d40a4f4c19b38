"""Draw docs/images/simulator_attributes.png: each attribute at −2 … +2 SD on one person, all else the same.

python benchmarks/simulator_figure.py [OUT.png]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from generation.simulation.attributes import NAMES, SPREAD, TYPICAL  # noqa: E402
from generation.simulation.film import render_path  # noqa: E402
from generation.simulation.person import Person  # noqa: E402

STEPS = (-2, -1, 0, 1, 2)
SIZE, CROP, TITLE = 640, (85, 190, 555, 560), 26
SCORES = tuple(np.clip(np.random.default_rng(3).standard_normal(25), -2, 2) * 0.85)
SAID = {
    "interacetabular_distance": "interacetabular distance {:.0f} mm",
    "osteoarthritis": "osteoarthritis, grade {:.1f}",
    "foramen_roundness": "foramen roundness {:.2f}",
    "neck_shaft_angle": "neck-shaft angle {:.0f}°",
    "ring_elongation": "ring elongation {:.2f}",
    "cortical_thickness": "cortical thickness {:.1f} mm",
}


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images" / "simulator_attributes.png"
    width, height = CROP[2] - CROP[0], CROP[3] - CROP[1]
    sheet = Image.new("L", (width * len(STEPS), (height + TITLE) * len(NAMES)))
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(17)
    person = Person(seed=7, attributes=TYPICAL, scores=SCORES, gas=0.6)
    for row, name in enumerate(NAMES):
        films = render_path(person, {name: getattr(SPREAD, name)}, STEPS, SIZE)
        for column, (step, film) in enumerate(zip(STEPS, films, strict=True)):
            x, y = column * width, row * (height + TITLE)
            sheet.paste(Image.fromarray(film).crop(CROP), (x, y + TITLE))
            value = getattr(TYPICAL.shifted({name: step * getattr(SPREAD, name)}), name)
            moved = f"{step:+d} SD" if step else "typical"
            draw.text((x + 8, y + 3), f"{SAID[name].format(value)}  ({moved})", fill=255, font=font)
    out.parent.mkdir(parents=True, exist_ok=True)
    sheet.resize((sheet.width * 3 // 5, sheet.height * 3 // 5), Image.Resampling.LANCZOS).save(
        out, optimize=True
    )
    print(out)


if __name__ == "__main__":
    main()
