"""A notebook that is run: what goes wrong is on its page and in what is returned, and what is meant to, is not."""

from __future__ import annotations

import asyncio
import html

import nbformat
import pytest
import zmq
import zmq.asyncio
from nbformat.v4 import new_code_cell, new_notebook

import workbench as wb
from workbench.reports import execute


def report(tmp_path, *sources, tags=(), **options):
    cells = [new_code_cell(source) for source in sources]
    cells[0].metadata.tags = list(tags)
    nbformat.write(new_notebook(cells=cells), tmp_path / "study.ipynb")
    made = wb.export_report(tmp_path / "study.ipynb", output=tmp_path / "page.html", timeout_seconds=300, **options)
    page = made.path.read_text(encoding="utf-8")
    return made.failed_cells, page[page.index("<body") : page.index("<main")], page[page.index("<main") :]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os; os._exit(3)", "the kernel died"),
        ("%no_such_magic", "UsageError: Line magic function `%no_such_magic` not found."),
        (
            "import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    1 / 0\nout",
            "ZeroDivisionError: division by zero",
        ),
    ],
    ids=["dead kernel", "unknown magic", "caught"],
)
def test_what_goes_wrong_in_a_run_is_on_top_of_its_page(tmp_path, source, said):
    failed, top, _ = report(tmp_path, source)
    assert len(failed) == 1
    assert said in failed[0]
    assert html.escape(said) in top
    assert "cell 1" in top


def test_a_cell_that_is_meant_to_fail_is_no_failure(tmp_path):
    failed, top, page = report(tmp_path, "1 / 0", "print('went on')", tags=["raises-exception"])
    assert (failed, "failed" in top, "went on" in page) == ((), False, True)


def test_interact_and_charts_of_any_name_become_a_page(tmp_path):
    slider = (
        "from ipywidgets import interact\n@interact(sheep=9)\ndef count(sheep):\n    print('all', sheep, 'of them')"
    )
    chart = "display({'application/vnd.vegalite.v6.json': {'mark': 'bar'}, 'text/plain': ''}, raw=True)"
    failed, _, page = report(tmp_path, slider, chart)
    assert failed == ()
    assert "sheep: 9" in page
    assert "all 9 of them" in page
    assert "a Vega-Lite chart (bar)" in page


def test_a_message_whose_arrival_was_missed_is_found_by_looking_again(monkeypatch):
    monkeypatch.setattr(execute, "SECONDS_BETWEEN_LOOKS", 0.01)

    async def found():
        with zmq.asyncio.Context() as context, context.socket(zmq.PAIR) as here, context.socket(zmq.PAIR) as there:
            here.bind("inproc://kernel")
            there.connect("inproc://kernel")
            waiting = here.recv()
            await asyncio.sleep(0)
            asyncio.get_running_loop().remove_reader(here.FD)  # nobody hears of what comes now
            await there.send(b"the reply")
            await asyncio.sleep(0.05)
            missed = not waiting.done()
            looking = asyncio.create_task(execute.look_again(here, there))
            reply = await asyncio.wait_for(waiting, 300)
            looking.cancel()
            return missed, reply

    assert asyncio.run(found()) == (True, b"the reply")


def test_magics_beside_the_parameters_are_none(tmp_path):
    source = "%matplotlib inline\nrepeats = 1\n!true\n"
    parts = (source, "print('repeats', repeats)")
    failed, _, page = report(tmp_path, *parts, tags=["parameters"], parameters=["repeats=4"])
    assert failed == ()
    assert "repeats 4" in page
