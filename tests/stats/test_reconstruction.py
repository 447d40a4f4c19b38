"""The paper's tables from the database, by every way out: model, page, API, files.

Printed values: Tables 2 and 3 of the paper. Standard errors and intervals were checked with R irrCAC 1.4.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from docx import Document

from readers.models import Exposure, Study
from stats.report import FORMATS, Selection, Table, table2, table3
from stats.selectors import study_facts, study_ratings
from stats.tables import study_table
from tests.stats.conftest import person

CORTICAL = "Medial femoral metaphyseal cortical thickness"
DECREASED, INCREASED = "Decreased", "Increased"
TABLE_3 = [
    # characteristic, African American, White, AC1, 95 % CI, SE, SE for new readers
    ("Interacetabular distance", DECREASED, INCREASED, "0.83", "0.71 to 0.94", "0.056", "0.082"),
    ("Osteoarthritis severity", "Higher grade", "Lower grade", "0.82", "0.70 to 0.95", "0.059", "0.064"),
    ("Obturator foramen", "More elliptical", "More circular", "0.80", "0.68 to 0.92", "0.060", "0.079"),
    ("Femoral neck-shaft angle", DECREASED, INCREASED, "0.76", "0.64 to 0.88", "0.059", "0.081"),
    ("Pelvis ring", "More elongated", "More circular", "0.61", "0.47 to 0.76", "0.071", "0.076"),
    (CORTICAL, INCREASED, DECREASED, "0.60", "0.47 to 0.74", "0.064", "0.150"),
]
TABLE_2 = {
    "Pelvis ring": ("2 (1)", [44, 33, 11, 12, 0]),
    "Obturator foramen": ("1 (1)", [57, 28, 15, 0, 0]),
    "Interacetabular distance": ("1 (1)", [66, 28, 5, 1, 0]),
    "Femoral neck-shaft angle": ("2 (1)", [43, 43, 14, 0, 0]),
    CORTICAL: ("4 (2)", [1, 6, 26, 27, 40]),
    "Osteoarthritis severity": ("5 (1)", [2, 6, 13, 18, 61]),
}


@pytest.fixture
def analyst(client: Client, reconstruction: Study) -> Client:
    client.force_login(person("analyst"))
    return client


def tables(study: Study, **selection: str) -> tuple[Table, Table]:
    ratings, facts, chosen = study_ratings(study), study_facts(study), Selection(**selection)
    return table2(ratings, facts, chosen), table3(ratings, facts, chosen)


def words_of(path: Path) -> str:
    """The text of an exported file; the XML parts of a Word or Excel file together."""
    if path.suffix not in (".docx", ".xlsx"):
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def table_2_of(rows: list[tuple[int, list[str]]]) -> dict[str, tuple[str, list[int]]]:
    """{criterion: (median, percentages)} from (indent, texts) of each row."""
    found: dict[str, tuple[str, list[int]]] = {}
    name = ""
    for indent, texts in rows:
        if indent:
            found[name][1].append(int(texts[1].removesuffix("%")))
        else:
            name = texts[0]
            found[name] = (texts[1], [])
    return found


def test_table_2_from_the_database(reconstruction: Study) -> None:
    table, _ = tables(reconstruction)
    assert table_2_of([(row.indent, [cell.text for cell in row.cells]) for row in table.rows]) == TABLE_2


def test_the_impossible_printed_median_has_a_footnote(reconstruction: Study) -> None:
    table, _ = tables(reconstruction)
    marked = [row.cells[0].text for row in table.rows if row.cells[1].marks]
    assert marked == [CORTICAL]
    assert "prints 2 (1)" in table.footnotes[0].text
    surgeons, _ = tables(reconstruction, specialty="surgeon")
    assert surgeons.footnotes == ()


def test_table_3_from_the_database(reconstruction: Study) -> None:
    _, table = tables(reconstruction)
    keys = [column.key for column in table.columns]
    rows = [dict(zip(keys, (cell.text for cell in row.cells), strict=True)) for row in table.rows]
    names = ("characteristic", "in_b", "in_a", "ac1", "ci", "se", "se_new")
    assert [tuple(row[name] for name in names) for row in rows] == TABLE_3
    assert [row["benchmark"] for row in rows] == ["Substantial"] * 4 + ["Moderate"] * 2
    assert {row["p"] for row in rows} == {"<.001"}
    assert {row["size"] for row in rows} == {"4 × 30"}


def test_surgeons_alone_agree_more_on_cortical_thickness(reconstruction: Study) -> None:
    _, table = tables(reconstruction, specialty="surgeon")
    ac1 = {row.cells[0].text: row.cells[3].text for row in table.rows}
    assert ac1[CORTICAL] == "0.72"
    assert "surgeons only" in table.title


def test_the_page_shows_both_tables_and_the_notice(analyst: Client) -> None:
    response = analyst.get("/studies/paper-reconstruction/results/")
    assert response.status_code == 200
    page = response.content.decode()
    assert page.index('id="table3"') < page.index('id="table2"')
    assert "Synthetic reconstruction" in page
    for row in TABLE_3:
        assert all(text in page for text in row)
    for median, percent in TABLE_2.values():
        assert f">{median}<" in page
        assert all(f">{p}%</button>" in page for p in percent)


def test_the_page_keeps_its_subgroup_in_links_and_files(analyst: Client) -> None:
    page = analyst.get("/studies/paper-reconstruction/results/?specialty=surgeon").content.decode()
    assert "(surgeons only)" in page
    assert 'href="?specialty=surgeon&amp;direction=AB"' in page
    assert 'href="/studies/paper-reconstruction/results/table3.csv?specialty=surgeon"' in page
    content = analyst.get(
        "/studies/paper-reconstruction/results/table3.csv?specialty=surgeon"
    ).content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert {row["Characteristic"]: row["Agreement (Gwet’s AC1)"] for row in rows}[
        "Medial femoral metaphyseal cortical thickness"
    ] == "0.72"


def test_the_csv_files_hold_print_and_full_precision(analyst: Client) -> None:
    content = analyst.get("/studies/paper-reconstruction/results/table3.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["Agreement (Gwet’s AC1)"] for row in rows] == [row[3] for row in TABLE_3]
    exact = [float(row["Agreement (Gwet’s AC1) (full precision)"]) for row in rows]
    assert exact == pytest.approx([0.82936, 0.82482, 0.79880, 0.76391, 0.61312, 0.60339], abs=5e-6)
    assert all("Synthetic reconstruction" in row["notice"] for row in rows)
    content = analyst.get("/studies/paper-reconstruction/results/table2.csv").content.decode()
    lines = list(csv.reader(io.StringIO(content)))[1:]
    assert table_2_of([(int(line[0] != line[1]), line[1:]) for line in lines]) == TABLE_2


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "tex", "md"])
def test_every_format_holds_the_paper_s_numbers(analyst: Client, tmp_path: Path, suffix: str) -> None:
    """The page's own downloads, opened again by other means than those that wrote them."""
    for key, printed in (
        ("table3", [text for row in TABLE_3 for text in (row[0], row[4])]),
        ("table2", [median for median, _ in TABLE_2.values()]),
    ):
        response = analyst.get(f"/studies/paper-reconstruction/results/{key}.{suffix}")
        assert response.status_code == 200
        path = tmp_path / f"{key}.{suffix}"
        path.write_bytes(response.content)
        assert [text for text in printed if text not in words_of(path)] == []


def test_the_word_file_holds_table_3_cell_by_cell(analyst: Client) -> None:
    content = analyst.get("/studies/paper-reconstruction/results/table3.docx").content
    (grid,) = Document(io.BytesIO(content)).tables
    assert [tuple(cell.text for cell in row.cells[:7]) for row in grid.rows[1:]] == TABLE_3


def test_the_excel_file_holds_ac1_at_full_precision(analyst: Client) -> None:
    content = analyst.get("/studies/paper-reconstruction/results/table3.xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    found = [float(value) for value in re.findall(r'<c r="D\d+" s="\d+"><v>([\d.]+)</v>', sheet)]
    assert found == pytest.approx([0.82936, 0.82482, 0.79880, 0.76391, 0.61312, 0.60339], abs=5e-6)


def test_more_tables_are_added_on_request(analyst: Client) -> None:
    compact = analyst.get("/studies/paper-reconstruction/results/").content.decode()
    for key in ("table3s", "table3c", "table2s"):
        assert f'id="{key}"' not in compact
    assert 'href="?columns=more"' in compact
    more = analyst.get("/studies/paper-reconstruction/results/?columns=more&specialty=").content.decode()
    for key in ("table3s", "table3c", "table2s"):
        assert f'id="{key}"' in more
        address = f"/api/v1/studies/paper-reconstruction/tables/{key.removeprefix('table')}/"
        assert analyst.get(address).json()["key"] == key
    assert 'href="?columns=more&amp;specialty=surgeon"' in more


def test_one_criterion_is_shown_and_its_p_is_still_adjusted_for_all(reconstruction: Study) -> None:
    _, everything = tables(reconstruction)
    second, alone = tables(reconstruction, criterion="pelvis_ring")
    assert [row.cells[0].text for row in alone.rows] == ["Pelvis ring"]
    keys = [column.key for column in alone.columns]
    adjusted = alone.rows[0].cells[keys.index("p_holm")]
    assert adjusted in [row.cells[keys.index("p_holm")] for row in everything.rows]
    assert "6 criteria" in adjusted.how
    assert len(second.rows) == 6
    cortical, _ = tables(reconstruction, criterion="cortical_thickness")
    assert cortical.rows[0].cells[1].marks


@pytest.mark.parametrize("key", ["table2", "table2s", "table3", "table3s", "table3c", "discordant"])
def test_every_number_says_how_it_was_computed(reconstruction: Study, key: str) -> None:
    table = study_table(reconstruction, key, Selection())
    silent = [
        (column.title, cell.text)
        for row in table.rows
        for column, cell in zip(table.columns[1:], row.cells[1:], strict=True)
        if re.search(r"\d", cell.text) and not cell.how and not column.key.startswith("reader-")
    ]
    assert silent == []


def test_the_page_says_why_there_is_no_table_1(analyst: Client) -> None:
    page = analyst.get("/studies/paper-reconstruction/results/").content.decode()
    assert "videos are not held here" in page
    response = analyst.get("/api/v1/studies/paper-reconstruction/tables/1/")
    assert response.status_code == 404
    assert "videos are not held here" in response.json()["detail"]


def test_the_ratings_file_gives_the_input_back(analyst: Client) -> None:
    content = analyst.get("/studies/paper-reconstruction/results/ratings.csv").content.decode()
    ours = {
        (row["criterion"], row["video"], row["reader"], row["specialty"], row["score"])
        for row in csv.DictReader(io.StringIO(content))
    }
    with (Path(__file__).parents[2] / "stats/data/paper_ratings.csv").open(encoding="utf-8") as lines:
        assert ours == {tuple(row.values()) for row in csv.DictReader(lines)}


def test_the_api_gives_the_same_numbers(analyst: Client) -> None:
    third = analyst.get("/api/v1/studies/paper-reconstruction/tables/3/").json()
    assert [row["cells"][3]["text"] for row in third["rows"]] == [row[3] for row in TABLE_3]
    assert third["rows"][0]["cells"][3]["value"] == pytest.approx(0.8293636687)
    second = analyst.get("/api/v1/studies/paper-reconstruction/tables/2/").json()
    assert table_2_of([(r["indent"], [c["text"] for c in r["cells"]]) for r in second["rows"]]) == TABLE_2
    assert second["footnotes"][0]["mark"] == "a"


def test_export_tables_writes_every_format_and_a_manifest(reconstruction: Study, tmp_path: Path) -> None:
    call_command("export_tables", "paper-reconstruction", "--out", str(tmp_path / "new" / "folder"))
    folder = tmp_path / "new" / "folder"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    keys = ("table2", "table2s", "table3", "table3s", "table3c", "discordant")
    tables = {f"{key}.{suffix}" for key in keys for suffix in FORMATS}
    figures = {"likert.svg", "forest.svg", "matrix.svg", "order.svg"}
    names = tables | figures | {"ratings.csv"}
    assert set(manifest["files"]) == names == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert manifest["n_ratings"] == 720
    for name in names - figures:
        assert "Synthetic reconstruction" in words_of(folder / name), name
    with (folder / "table3.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["Agreement (Gwet’s AC1)"] for row in csv.DictReader(lines)] == [row[3] for row in TABLE_3]
    assert "| 4 (2)<sup>a</sup> |" in (folder / "table2.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "There is no study 'nowhere'. Studies: paper-reconstruction."),
        (["paper-reconstruction", "--specialty", "other"], "no submitted ratings"),
        (["paper-reconstruction", "--direction", "BA"], "no submitted ratings"),
        (["paper-reconstruction", "--criterion", "weight"], "Criterion is one of pelvis_ring"),
    ],
)
def test_export_tables_says_what_is_wrong(
    reconstruction: Study, tmp_path: Path, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("export_tables", *arguments, "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_export_tables_into_a_file_is_an_error(reconstruction: Study, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="Cannot write into"):
        call_command("export_tables", "paper-reconstruction", "--out", str(tmp_path / "file"))


def test_the_reconstruction_claims_no_viewing_and_no_sign_in(reconstruction: Study) -> None:
    assert not Exposure.objects.exists()
    for reader in reconstruction.readers.all():
        assert not reader.user.is_active
        assert not reader.user.has_usable_password()
