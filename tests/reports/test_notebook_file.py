"""A file that should be a notebook: read, or refused in one sentence that says where."""

from __future__ import annotations

import json
import os

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import workbench as wb
from workbench.errors import InputError
from workbench.reports.exporter import ReportExporter
from workbench.reports.notebook_file import check_runs_here, read_notebook

CELL = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}


def written(tmp_path, content):
    path = tmp_path / "study.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "study.ipynb:1: "),
        (b'{\n"cells": [}', "study.ipynb:2: "),
        (b"\n\n\xff\xfe", "study.ipynb:3: no notebook: not UTF-8"),
        (b"[" * 100_000, "cannot|can be read"),
        (b"\x89PNG", "not UTF-8"),
        ([], "there is no nbformat"),
        ({}, "there is no nbformat"),
        ({"nbformat": "4"}, "there is no nbformat"),
        ({"nbformat": 99, "cells": []}, "in version 99 of its form"),
        ({"nbformat": 4}, "no list of cells"),
        ({"nbformat": 4, "cells": {}}, "no list of cells"),
        ({"nbformat": 4, "cells": [7]}, "cell 1: it is no cell"),
        ({"nbformat": 4, "cells": [CELL, {**CELL, "cell_type": "odd"}]}, "cell 2: its type is 'odd'"),
        ({"nbformat": 4, "cells": [{**CELL, "source": 7}]}, "cell 1: its source is no text"),
        ({"nbformat": 4, "cells": [{**CELL, "metadata": []}]}, "cell 1: its metadata"),
        ({"nbformat": 4, "cells": [{**CELL, "metadata": {"tags": 7}}]}, "cell 1: its tags"),
        ({"nbformat": 4, "cells": [{**CELL, "outputs": 7}]}, "cell 1: its outputs"),
        ({"nbformat": 4, "cells": [{**CELL, "outputs": [{"output_type": "x"}]}]}, "cell 1, output 1: its type is 'x'"),
        ({"nbformat": 4, "cells": [{**CELL, "outputs": [{"output_type": "stream", "text": 7}]}]}, "output 1: its text"),
        ({"nbformat": 4, "cells": [], "metadata": 7}, "its metadata are no table"),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_place(tmp_path, content, said):
    with pytest.raises(InputError, match=said):
        read_notebook(written(tmp_path, content))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes with names")
@pytest.mark.parametrize("what", ["a folder", "a pipe", "a device"])
def test_what_is_no_file_is_told_by_its_kind(tmp_path, what):
    path = tmp_path / "odd.ipynb"
    ways = {"a folder": path.mkdir, "a pipe": lambda: os.mkfifo(path), "a device": lambda: path.symlink_to("/dev/zero")}
    ways[what]()
    with pytest.raises(InputError, match=f"is {what}, and no file"):
        wb.export_report(path)


def test_a_notebook_that_lacks_what_is_not_needed_is_read(tmp_path):
    cell = {"cell_type": "code", "source": ["a\n", "b"], "outputs": [{"output_type": "stream", "text": ["x", "y"]}]}
    found = read_notebook(written(tmp_path, {"nbformat": 4, "cells": [cell, {"cell_type": "markdown"}]}))
    assert (found.cells[0].source, found.cells[0].outputs[0].text) == ("a\nb", "xy")
    assert "xy" in ReportExporter().from_notebook_node(found)[0]


def test_an_older_notebook_is_read(tmp_path):
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [], "metadata": {}}]}
    assert read_notebook(written(tmp_path, old)).cells == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
WHOLE = json.loads(
    nbformat.writes(
        new_notebook(
            cells=[
                new_markdown_cell("# T", attachments={"a.png": {"image/png": "AAAA"}}),
                new_code_cell("1", outputs=[new_output("display_data", data={"text/html": "<b>1</b>"})]),
                new_code_cell("2", outputs=[new_output("error", ename="E", evalue="v", traceback=["t"])]),
                new_code_cell("3", outputs=[new_output("stream", text="s")]),
            ],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python"},
                "language_info": {"name": "python"},
                "title": "T",
            },
        )
    )
)


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from places(inner, (*path, name))


PLACES = [place for place in places(WHOLE) if place]


@given(st.sampled_from(PLACES), ODD)
def test_any_json_in_any_place_of_a_notebook_is_a_page_or_one_error(tmp_path_factory, place, odd):
    content = json.loads(json.dumps(WHOLE))
    table = content
    for name in place[:-1]:
        table = table[name]
    table[place[-1]] = odd
    folder = tmp_path_factory.mktemp("odd")
    path = written(folder, content)
    try:
        page = wb.export_report(path, execute=False, output=folder / "page.html").path.read_text(encoding="utf-8")
    except InputError as error:
        page = f"{error}</html>"
    assert page.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}, "written in 'R'"),
        ({"kernelspec": {"name": "julia-1.11"}, "language_info": {"name": "julia"}}, "written in 'julia'"),
        ({"kernelspec": {"name": "python3", "language": "sql"}}, "written in 'sql'"),
        ({"kernelspec": {"name": "somebodys-kernel"}}, "'somebodys-kernel' is not known here"),
    ],
)
def test_a_notebook_in_another_language_is_not_run_as_python(tmp_path, metadata, said):
    path = written(tmp_path, {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [CELL]})
    with pytest.raises(InputError, match=said):
        wb.export_report(path)


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"kernelspec": {"name": "python3"}},
        {"kernelspec": {"name": "conda-env-lab-py", "language": "python"}},
        {"kernelspec": {"name": "venv-7"}, "language_info": {"name": "python", "version": "3.12.1"}},
        {"kernelspec": [], "language_info": None},
    ],
)
def test_a_notebook_in_python_runs_whatever_its_kernel_is_called(tmp_path, metadata):
    path = written(tmp_path, {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [CELL]})
    check_runs_here(read_notebook(path), path)


def test_half_a_character_in_an_output_is_a_mark(tmp_path):
    half = chr(0xD83D)
    outputs = [new_output("stream", text=half), new_output("display_data", {"text/html": f"<b>{half}9</b>"})]
    outputs.append(new_output("error", ename="E", evalue=half, traceback=[f"{half}{chr(0xDC11)}"]))
    source = tmp_path / "half.ipynb"
    source.write_text(json.dumps(new_notebook(cells=[new_code_cell(half, outputs=outputs)])))
    text = json.dumps(read_notebook(source), ensure_ascii=False)
    assert (text.count("�"), text.count("🐑")) == (4, 1)
    page = wb.export_report(source, output=tmp_path / "half.html", execute=False).path.read_text(encoding="utf-8")
    assert "<b>�9</b>" in page
