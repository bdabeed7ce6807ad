"""A small sweep of a fake model, in this process or another."""

import subprocess
import sys
import textwrap

import pandas as pd
from fakes.server import completion

import workbench as wb

TASKS = [{"id": f"t{n}", "question": f"{n} + 1?", "target": str(n + 1), "kind": "sum"} for n in range(4)]


PRICED = """
[providers.fake]
base_url = "{address}"

[models."fake/m"]
usd_per_million = {{ input = 0, output = 1000 }}
"""


def correct(request):
    number = int(request.prompt.split()[0])
    return completion(str(number + 1), thinking="one more", usage=output_usage(100, 20))(request)


def known(asked):
    """The same reply as the item of a script."""
    number = int(asked.prompt.split()[0])
    return {"answer": str(number + 1), "thinking": "one more", "usage": output_usage(100, 20)}


def output_usage(output, thinking=0):
    details = {"reasoning_tokens": thinking}
    return {
        "prompt_tokens": 10,
        "completion_tokens": output,
        "total_tokens": 10 + output,
        "completion_tokens_details": details,
    }


def sweep(**options):
    return wb.sweep(**{"tasks": pd.DataFrame(TASKS), "models": "fake/m", **options})


def priced(tmp_path, server):
    (tmp_path / "workbench.toml").write_text(PRICED.format(address=server.base_url))


PROGRAM = textwrap.dedent("""
    import sys, workbench as wb
    wb.add_provider("fake", base_url=sys.argv[1], free=True, concurrency=4)
    rows = wb.sweep([f"{n} + 1?" for n in range(int(sys.argv[2]))], models="fake/m")
    print(int(rows["cached"].sum()), len(rows))
""")


def start(server, cells):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server.base_url, str(cells)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
