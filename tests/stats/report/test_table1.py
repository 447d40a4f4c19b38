"""Table 1: standardised differences worked out by hand, hyper-parameters as a checkpoint states them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stats.report import CohortFacts, GroupFacts, Spread, Table, model_table, table1


def group(name: str, female: int, age: Spread, bmi: Spread | None = None) -> GroupFacts:
    return GroupFacts(name, 100, 80, female, 100, age, bmi or Spread(0))


COHORT = CohortFacts(
    title="Pelves",
    source="A registry",
    everybody=group("All", 55, Spread(200, 62.0, 11.0)),
    a=group("White", 60, Spread(100, 60.0, 10.0)),
    b=group("Black", 50, Spread(100, 65.0, 12.0)),
)


def cells(table: Table, row: str) -> list[str]:
    return next([cell.text for cell in r.cells[1:]] for r in table.rows if r.cells[0].text == row)


def test_standardised_differences() -> None:
    table = table1(COHORT)
    # (65 − 60) / √((100 + 144) / 2); (0.5 − 0.6) / √((0.24 + 0.25) / 2)
    assert cells(table, "Age in years") == ["62.0 (11.0)", "60.0 (10.0)", "65.0 (12.0)", "0.45"]
    assert cells(table, "Female") == ["55 (55.0 %)", "60 (60.0 %)", "50 (50.0 %)", "−0.20"]
    assert [row.cells[-1].value for row in table.rows if row.cells[-1].value] == pytest.approx(
        [-0.1 / 0.245**0.5, 5 / 122**0.5]
    )


def test_what_is_not_known_is_a_dash() -> None:
    assert cells(table1(COHORT), "Body mass index in kg/m²") == ["–"] * 4


def test_hyper_parameters_of_two_stages() -> None:
    unet = {"image_size": 256, "channels": 128, "embedding_multiplier": 4, "multipliers": [1, 1, 2, 2, 4, 4]}
    config = {
        "model": {"unet": unet, "schedule": {"kind": "cosine", "steps": 1000}},
        "super_resolution": {"model": {"unet": {"image_size": 1024, "concat_channels": 1}}},
    }
    table = model_table("paper", config, "ab" * 32)
    assert [column.title for column in table.columns[1:]] == [
        "Image generation model",
        "Super-resolution model",
    ]
    assert cells(table, "Input shape") == ["1 × 256 × 256", "2 × 1024 × 1024"]
    assert cells(table, "Embedding channels") == ["512", "–"]
    assert cells(table, "U-net channel multiplier") == ["1, 1, 2, 2, 4, 4", "–"]
    assert cells(table, "Noise schedule (β)") == ["cosine", "–"]


@pytest.mark.parametrize(
    ("unet", "said"),
    [({"heads": 4, "head_channels": 64}, "4"), ({"head_channels": 64}, "of 64 channels each"), ({}, "–")],
)
def test_attention_heads_are_counted_or_described(unet: dict[str, int], said: str) -> None:
    assert cells(model_table("m", {"model": {"unet": unet}}, ""), "Attention heads")[0] == said


def test_the_shipped_model_fills_its_column() -> None:
    path = Path(__file__).parents[3] / "generation" / "demo_model" / "config.json"
    table = model_table("demo", json.loads(path.read_text(encoding="utf-8")), "")
    assert [row.cells[0].text for row in table.rows if row.cells[1].text == "–"] == []
