"""The command line as a user runs it: results on stdout, progress and errors on stderr, exit status 0, 1 or 2."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from commanded import workbench
from fakes.server import FakeServer, completion, error_response

COMMANDS = (
    "ask",
    "models",
    "plan",
    "sweep",
    "summary",
    "rescore",
    "marks",
    "watch",
    "report",
    "compare",
    "cache",
    "lab",
)


@pytest.fixture
def server():
    with FakeServer(completion("25", thinking="5 times 5.")) as server:
        with open("workbench.toml", "w") as file:
            file.write(f'[providers.fake]\nbase_url = "{server.base_url}"\nfree = true\n')
        yield server


@pytest.fixture
def tasks(tmp_path):
    path = tmp_path / "tasks.csv"
    path.write_text("id,question,target\na,5 × 5?,25\nb,6 × 6?,36\n")
    return str(path)


def in_a_process(*arguments, stdin="", **environment):
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **environment},
    )


def last_line(text):
    return text.strip().splitlines()[-1]


def test_an_answer_goes_to_stdout_and_all_else_to_stderr(server):
    done = in_a_process("ask", "5 × 5?", "-m", "fake/m")
    assert (done.returncode, done.stdout) == (0, "25\n")
    assert "5 times 5." in done.stderr
    assert "bought" in last_line(done.stderr)
    again = workbench("ask", "5 × 5?", "-m", "fake/m")
    assert (again.stdout, server.hits) == ("25\n", 1)
    assert "kept" in last_line(again.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("sweep", "{tasks}", "-m", "fake/m", "-o", "/proc/rows.csv"),
        ("sweep", "{tasks}", "-m", "fake/m", "-o", "{tasks}/rows.csv"),
        ("report", "{notebook}", "-o", "/proc/page.html"),
        ("cache", "export", "/proc/replies.jsonl"),
    ],
)
def test_a_file_that_cannot_be_written_is_named_before_anything_is_bought(server, tasks, tmp_path, arguments):
    notebook = tmp_path / "asks.ipynb"
    cell = nbformat.v4.new_code_cell("import workbench as wb\nwb.ask('5 × 5?', model='fake/m')")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebook)
    done = workbench(*(argument.format(tasks=tasks, notebook=notebook) for argument in arguments))
    assert (done.returncode, done.stdout, server.hits) == (1, "", 0)
    assert "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_cache_folder_that_cannot_be_is_one_line(server, tasks):
    for command in (("cache", "stats"), ("ask", "5 × 5?", "-m", "fake/m")):
        done = workbench(*command, WORKBENCH_CACHE=tasks)
        assert (done.returncode, done.stdout, server.hits) == (1, "", 0)
        assert len(done.stderr.splitlines()) == 1
        assert tasks in done.stderr


def test_a_terminal_that_lacks_a_character_shows_the_rest(server):
    done = in_a_process("models", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "kimi-k2-thinking" in done.stdout


def test_a_question_can_come_from_stdin(server):
    assert workbench("ask", "-", "-m", "fake/m", stdin="6 × 6?").stdout == "25\n"
    assert server.requests[-1].json["messages"][0]["content"] == "6 × 6?"


def test_json_holds_the_whole_reply(server):
    reply = json.loads(workbench("ask", "5 × 5?", "-m", "fake/m", "--json", "--param", "top_p=0.5").stdout)
    assert (reply["answer"], reply["thinking"], reply["outcome"]) == ("25", "5 times 5.", "answered")
    assert server.requests[-1].json["top_p"] == 0.5
    assert json.loads(workbench("cache", "get", reply["key"]).stdout)["answer"] == "25"


def test_escape_sequences_of_a_model_never_reach_the_terminal():
    with FakeServer(completion("\x1b]0;owned\x07 red \x1b[31m", thinking="\x1b[2J")) as server:
        with open("workbench.toml", "w") as file:
            file.write(f'[providers.fake]\nbase_url = "{server.base_url}"\n')
        done = workbench("ask", "hi", "-m", "fake/m")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b[31m" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("ask", "hi", "-m", "gpt5"), 1, "openai/gpt-5"),
        (("ask", "hi", "-m", "openrouter/x"), 1, "OPENROUTER_API_KEY"),
        (("ask", "hi", "-m", "openrouter/x"), 1, "openrouter.ai/settings/keys"),
        (("ask", "hi", "-m", "moonshot/kimi-k2-thinking"), 1, "2026-05-25"),
        (("ask", "hi", "-m", "moonshot/kimi-k2-thinking"), 1, "openrouter/moonshotai/kimi-k2-thinking"),
        (("ask", " ", "-m", "local/smollm2-135m-think"), 1, "write a question"),
        (("ask", "hi", "--max-tokens", "0"), 1, "max_tokens is 0"),
        (("ask",), 2, "Missing argument"),
        (("frob",), 2, "No such command"),
        (("ask", "hi", "--param", "nothing"), 2, "name=value"),
        (("plan", "missing.csv", "-m", "local/smollm2-135m-think"), 1, "missing.csv"),
        (("plan", "tasks.csv", "-m", "local/smollm2-135m-think", "--max-tokens", "many"), 2, "many"),
        (("sweep", "tasks.csv", "-m", "local/smollm2-135m-think", "-o", "rows.xls"), 1, ".jsonl"),
        (("report", "missing.ipynb"), 1, "missing.ipynb"),
        (("compare", "missing.jsonl", "a", "b"), 1, "missing.jsonl"),
        (("cache", "get", "0" * 64), 1, "nothing is kept"),
        (("models", "--check", "openrouter"), 1, "no provider is ready"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_and_by_the_exit_status(tasks, arguments, status, words):
    done = workbench(*arguments)
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert done.stderr.startswith("workbench: ")
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_refused_key_is_not_repeated():
    with FakeServer(error_response(401, "Incorrect API key: sk-canary0123456789abcdefgh")) as fake:
        with open("workbench.toml", "w") as file:
            file.write(f'[providers.fake]\nbase_url = "{fake.base_url}"\nkey_env = "FAKE_API_KEY"\n')
        done = workbench("ask", "hi", "-m", "fake/m", FAKE_API_KEY="sk-canary0123456789abcdefgh")
    assert done.returncode == 1
    assert "canary" not in done.stderr + done.stdout
    assert "401" in done.stderr


def test_a_plan_sends_nothing(server, tasks):
    done = workbench("plan", tasks, "-m", "fake/m", "--max-tokens", "16,32", "--repeats", "2")
    assert done.stdout.startswith("8 calls, 0 kept already, $0.00 likely, $0.00 at worst")
    assert server.hits == 0


def test_a_sweep_writes_its_rows_and_a_second_one_buys_nothing(server, tasks, tmp_path):
    arguments = ("sweep", tasks, "-m", "fake/m", "--max-tokens", "16,32", "-o")
    first = workbench(*arguments, "rows.jsonl")
    assert (first.returncode, last_line(first.stdout)) == (0, "rows.jsonl")
    assert "4 of 4 calls: 0 kept already, 4 bought" in first.stderr
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [(row["task_id"], row["max_tokens"], row["correct"]) for row in rows] == [
        ("a", 16, True), ("b", 16, False), ("a", 32, True), ("b", 32, False)
    ]  # fmt: skip
    second = workbench(*arguments, "rows.csv")
    assert "4 kept already, 0 bought" in second.stderr
    assert server.hits == 4
    verdict = workbench("compare", "rows.jsonl", "16", "32", "--on", "max_tokens")
    assert verdict.returncode == 0
    assert "2 tasks" in verdict.stdout


def test_a_sweep_whose_every_call_fails_exits_1_and_still_has_its_rows(tasks, tmp_path):
    with FakeServer(error_response(401, "no")) as fake:
        (tmp_path / "workbench.toml").write_text(f'[providers.fake]\nbase_url = "{fake.base_url}"\nfree = true\n')
        done = workbench("sweep", tasks, "-m", "fake/m", "-o", "rows.jsonl")
    assert done.returncode == 1
    assert "all 2 calls failed: AuthError" in done.stderr
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 2


def test_formulas_of_a_model_are_defused_in_csv(tasks, tmp_path):
    with FakeServer(completion("=HYPERLINK(1)")) as fake:
        (tmp_path / "workbench.toml").write_text(f'[providers.fake]\nbase_url = "{fake.base_url}"\nfree = true\n')
        workbench("sweep", tasks, "-m", "fake/m", "-o", "rows.csv")
    text = (tmp_path / "rows.csv").read_text()
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text


def test_the_cache_says_what_it_holds_and_forgets_on_request(server):
    key = json.loads(workbench("ask", "5 × 5?", "-m", "fake/m", "--json").stdout)["key"]
    assert "1 replies in the store" in workbench("cache", "stats").stdout
    assert json.loads(workbench("cache", "ledger").stdout)["billed"] == "yes"
    assert "1 replies are in" in workbench("cache", "export", "mine.jsonl").stdout
    assert workbench("cache", "delete", key).stdout == "1 of 1 deleted\n"
    assert workbench("cache", "get", key).returncode == 1


def test_help_names_every_command_and_loads_quickly():
    done = workbench("--help")
    assert all(f"\n  {command} " in done.stdout for command in COMMANDS)
    for command in COMMANDS:
        assert workbench(command, "--help").returncode == 0


def test_help_and_an_import_load_nothing_heavy():
    program = (
        "import sys, workbench, workbench.cli; heavy = {'pandas', 'openai', 'matplotlib', 'nbconvert', 'ipywidgets', "
        "'scipy', 'numpy', 'IPython', 'diskcache'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_plan_loads_neither_tables_nor_statistics(tmp_path):
    """What it takes is told at once: pandas, SciPy and the rooms that study rows are for those who have rows, those
    that read answers for those who have targets.
    """
    lines = [f"What have {number} crabs in common?" for number in range(2, 42)]
    (tmp_path / "crabs.csv").write_text("\n".join(["question", *lines]))
    program = (
        "import sys; from workbench.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*sorted({'pandas', 'scipy', 'aiohttp', 'workbench.analysis.summaries', "
        "'workbench.analysis.handed_on', "
        "'workbench.scorers.handed_on', 'workbench.scorers.reading'} & set(sys.modules)), file=sys.stderr)"
    )
    arguments = ["plan", str(tmp_path / "crabs.csv"), "-m", "local/smollm2-135m-think"]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert "40 tasks tell" in done.stdout
    assert done.stderr.split() == []


def test_a_closed_pipe_is_no_error_of_ours(server):
    program = f"{sys.executable} -m workbench models | head -1"
    done = subprocess.run(program, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
