"""How the command line begins and ends when it is interrupted early."""

import subprocess
import sys

import pytest

STOPPED_AT = """
import signal, sys, weakref

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background of a shell
_, at, end = sys.argv

class Stopping:
    def find_spec(self, name, path=None, target=None):
        if name == at:
            sys.meta_path.remove(self)
            if end == "called back":  # what is raised in such a call goes to nobody
                thing = type("Thing", (), {})()
                self.seen = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
                del thing
            else:
                signal.raise_signal(getattr(signal, end))

sys.meta_path.insert(0, Stopping())
from workbench.cli import main
sys.argv = ["workbench", "plan", "tasks.csv", "-m", "local/smollm2-135m-think"]
main()
"""


@pytest.mark.parametrize(
    ("at", "end", "told"),
    [
        ("click", "SIGINT", ["workbench: interrupted before anything was done"]),
        ("workbench.cli.sharing", "SIGTERM", ["workbench: interrupted before anything was done"]),
        ("workbench.sweeps.plan", "called back", ["", "workbench: interrupted; what was bought is kept"]),
    ],
)
def test_an_early_end_is_one_line_without_a_traceback(at, end, told, tmp_path):
    (tmp_path / "tasks.csv").write_text("question,target\nWhat is 4 + 5?,9\n")
    ended = subprocess.run(
        [sys.executable, "-c", STOPPED_AT, at, end],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.stderr.splitlines() == told
    assert ended.returncode == 130
    assert ended.stdout == ""
