"""Workbooks, Parquet files and data sets on disk: one sheet, cells as they are shown, names behind integers."""

from __future__ import annotations

import datetime
import json
import zipfile

import pytest

from workbench.errors import InputError
from workbench.tasks.tasks import load_tasks

openpyxl = pytest.importorskip("openpyxl")

ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>{}'
    "</office:spreadsheet></office:body></office:document-content>"
)


def workbook(path, sheets, *, formats=None, hidden=()):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
        for place, number_format in (formats or {}).items():
            sheet[place].number_format = number_format
    book.save(path)
    return path


def test_an_excel_sheet_reads_as_it_is_shown(tmp_path):
    rows = [
        ["Quiz of the year", None, None],
        [],
        ["Question", "Answer", "Points"],
        ["Share?", 0.125, 1],
        ["Code?", 71, 1],
        ["Day?", datetime.datetime(2024, 12, 31), 2],
        ["Text?", "0071", 2],
        ["Sum?", 0.1 + 0.2, 3],
        ["Total", None, 9],
    ]
    formats = {"B4": "0.0%", "B5": "0000", "B6": "dd.mm.yyyy"}
    tasks = load_tasks(workbook(tmp_path / "quiz.xlsx", {"Sheet1": rows}, formats=formats))
    assert [task.target for task in tasks] == ["12.5%", "0071", "31.12.2024", "0071", "0.3"]
    notes = " ".join(tasks.understood.notes)
    assert "the header is in row 3" in notes
    assert "row 9 is passed over: it is a total ('Total')" in notes


def test_the_sheet_with_a_question_is_read_and_several_are_asked_for(tmp_path):
    notes, tasks = [["made by", "Ann"]], [["question", "target"], ["a?", "1"]]
    one = load_tasks(workbook(tmp_path / "one.xlsx", {"Notes": notes, "Tasks": tasks, "Old": tasks}, hidden=("Old",)))
    assert [task.question for task in one] == ["a?"]
    assert "hidden sheets are passed over: 'Old'" in one.understood.notes
    words, letters = (
        [["Read me"], ["Ann made it"]],
        [["Client question", "Expected"], ["I want my lamp back", "refund"]],
    )
    two = load_tasks(workbook(tmp_path / "words.xlsx", {"Read me": words, "Letters": letters}))
    assert [(task.question, task.target) for task in two] == [("I want my lamp back", "refund")]
    path = workbook(tmp_path / "two.xlsx", {"May": tasks, "June": [["question", "target"], ["b?", "2"]]})
    with pytest.raises(
        InputError, match=r"there is more than one sheet: 'May', 'June'. Name the one to read with sheet='May'"
    ):
        load_tasks(path)
    assert load_tasks(path, sheet="June")[0].question == "b?"
    with pytest.raises(InputError, match="no sheet 'July' among 'May', 'June'"):
        load_tasks(path, sheet="July")


def test_a_formula_without_its_value_is_an_error(tmp_path):
    path = workbook(tmp_path / "f.xlsx", {"S": [["question", "target"], ["2 + 3?", "=2+3"]]})
    with pytest.raises(InputError, match=r"sheet 'S', cell B2: a formula without its value. Open the file"):
        load_tasks(path)


def opendocument(path, body):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", ODS.format(body))
    return path


def test_an_opendocument_sheet_reads_as_it_is_shown(tmp_path):
    def cell(text, repeated=1, more=""):
        head = f'<table:table-cell table:number-columns-repeated="{repeated}"{more}>'
        return f"{head}<text:p>{text}</text:p></table:table-cell>"

    gap = '<table:table-row table:number-rows-repeated="1048570">'
    gap += '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    note = "<office:annotation><text:p>a comment</text:p></office:annotation>"
    body = (
        '<table:table table:name="T"><table:table-row>' + cell("question") + cell("target") + "</table:table-row>"
        "<table:table-row>"
        + cell("How<text:s text:c='2'/>many?")
        + cell("12,5 %", more=' office:value="0.125"')
        + "</table:table-row><table:table-row><table:table-cell>"
        + note
        + "<text:p>Who?</text:p></table:table-cell>"
        + cell("Ann")
        + f"</table:table-row>{gap}</table:table>"
    )
    tasks = load_tasks(opendocument(tmp_path / "t.ods", body))
    assert [(task.question, task.target) for task in tasks] == [("How  many?", "12,5 %"), ("Who?", "Ann")]


def test_hostile_workbooks_are_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "d.ods", "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    with pytest.raises(InputError, match="DOCTYPE"):
        load_tasks(tmp_path / "d.ods")
    monkeypatch.setattr("workbench.tasks.workbooks.MOST_BYTES", 1_000)
    big = workbook(tmp_path / "big.xlsx", {"S": [["question"], ["x" * 4_000]]})
    with pytest.raises(InputError, match=r"unpacks to .* bytes, and at most 1,000"):
        load_tasks(big)
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(InputError, match=r"no.xlsx, not a workbook"):
        load_tasks(tmp_path / "no.xlsx")


def test_a_parquet_file_knows_its_classes_and_passes_over_its_index(tmp_path):
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    features = {
        "text": {"dtype": "string", "_type": "Value"},
        "label": {"names": ["calm", "loud"], "_type": "ClassLabel"},
    }
    table = arrow.table({"text": ["sh", "BANG", "?"], "label": [0, 1, -1], "__index_level_0__": [4, 5, 6]})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet.write_table(table, tmp_path / "t.parquet")
    tasks = load_tasks(tmp_path / "t.parquet")
    assert [task.target for task in tasks] == ["calm", "loud", None]
    assert tasks[0].labels == ("calm", "loud")
    assert tasks[0].extra == {}


def test_a_data_set_on_disk_reads_its_test_split(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.ipc

    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    for split in ("train", "test"):
        folder = tmp_path / "set" / split
        folder.mkdir()
        table = arrow.table({"question": [f"{split}?"], "answer": ["yes"]})
        with pyarrow.ipc.new_stream(folder / "data-00000-of-00001.arrow", table.schema) as writer:
            writer.write_table(table)
        (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}))
        (folder / "dataset_info.json").write_text('{"features": {}}')
    assert [task.question for task in load_tasks(tmp_path / "set")] == ["test?"]
    assert [task.question for task in load_tasks(tmp_path / "set", sheet="train")] == ["train?"]
    assert len(load_tasks(tmp_path / "set").sha256) == 64


def test_a_hub_name_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "datasets", None)
    with pytest.raises(
        InputError, match="'hf:openai/gsm8k' is loaded by Hugging Face's datasets, which is not installed"
    ):
        load_tasks("hf:openai/gsm8k")


@pytest.mark.parametrize(
    ("module", "name", "extra"), [("openpyxl", "t.xlsx", "excel"), ("pyarrow", "t.parquet", "parquet")]
)
def test_a_missing_extra_prints_its_install_line(tmp_path, monkeypatch, module, name, extra):
    (tmp_path / name).write_bytes(b"PK")
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(InputError, match=rf"pip install 'workbench\[{extra}\]'"):
        load_tasks(tmp_path / name)
