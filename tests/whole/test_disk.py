"""The loop of the calls waits for no disk: no file is opened, looked at or moved on its thread."""

import pytest
from fakes.server import FakeServer, completion
from loop_thread import files_touched
from swept import PRICED, output_usage

import workbench as wb
from workbench.sweeps import figures


@pytest.mark.parametrize("capped", [{}, {"max_usd": 5.0}], ids=["without a sum", "within a sum"])
def test_calls_touch_no_file_on_the_thread_of_the_loop(home, capped):
    with FakeServer(completion("4", usage=output_usage(20, 5))) as server:
        (home / "workbench.toml").write_text(PRICED.format(address=server.base_url) + "[limits]\nusd_per_day = 9\n")
        wb.ask("What a first call loads?", model="fake/m", max_tokens=50)
        figures._reader_here.cache_clear()
        with files_touched() as touched:
            for _ in range(2):
                rows = wb.sweep([f"{n} + 1?" for n in range(6)], models="fake/m", max_tokens=50, **capped)
                wb.ask("2 + 2?", model="fake/m", max_tokens=50, **capped)
    assert rows["cached"].all()
    assert not touched, "\n".join(touched)
