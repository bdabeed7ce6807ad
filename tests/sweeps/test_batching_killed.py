"""A sweep in a batch is killed at its worst moments, and the next one buys nothing a second time."""

import os
import signal
import subprocess
import sys
import textwrap
import time

from fakes.batches import Batches
from fakes.batches_by_file import CountedBatches, ElsewhereBatches

import workbench as wb
from workbench.asking.batch import buying
from workbench.cache.batch_journal import Journal
from workbench.cache.kept import Cache, current

PROGRAM = """
    import workbench as wb
    from workbench.asking.batch import buying

    buying.FIRST_LOOK_SECONDS = 0.05
    rows = wb.sweep(["4 + 5?", "2 + 2?"], models=["openai/gpt-6-sol"], max_tokens=20, batch=True)
    print(rows["answer"].tolist(), rows["error"].dropna().tolist())
"""


def started(tmp_path, server, program=PROGRAM, **more):
    settings = tmp_path / "workbench.toml"
    servers = {"openai": server, **more}
    settings.write_text(
        "".join(
            f'[providers.{name}]\nbase_url = "{one.base_url}"\nkey_env = "BOX_API_KEY"\n'
            for name, one in servers.items()
        )
    )
    settings.chmod(0o600)
    environment = {**os.environ, "BOX_API_KEY": "box-1234567890abcdef", "WORKBENCH_CONFIG": str(settings)}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def billed():
    return [entry for entry in current().entries() if entry["billed"] == "yes"]


def finished(process):
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return out.strip()


def test_killed_between_the_purchase_and_its_id_it_is_found_again(tmp_path):
    """Of three providers at once, each of which has made the batch when the process dies and has told nobody."""
    killed = []

    def kill(batch):
        killed.append(batch)
        if len(killed) == 3:
            process.send_signal(signal.SIGKILL)
        if len(killed) <= 3:
            process.wait(300)

    models = ["openai/gpt-6-sol", "xai/grok-4.7", "together/openai/gpt-oss-120b"]
    program = PROGRAM.replace('["openai/gpt-6-sol"]', str(models))
    with (
        Batches(on_create=kill) as one,
        CountedBatches(on_create=kill) as two,
        ElsewhereBatches(on_create=kill) as three,
    ):
        servers = {"server": one, "xai": two, "together": three}
        process = started(tmp_path, program=program, **servers)
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL
        journal = Journal(current().folder)
        assert [(batch.batch_id, batch.requests) for batch in journal.open()] == [("", 2)] * 3
        assert finished(started(tmp_path, program=program, **servers)) == f"{['Nine.'] * 6} []"
    assert [(len(server.batches), server.bought) for server in (one, two, three)] == [(1, 2)] * 3
    assert not Journal(current().folder).open()


def test_killed_while_it_waits_it_goes_on_waiting_for_the_same_batch(tmp_path):
    with Batches(looks=10_000) as server:
        process = started(tmp_path, server)
        deadline = time.monotonic() + 300
        while not any(batch["looked"] for batch in server.batches.values()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
        process.communicate()
        server.looks = 0
        assert finished(started(tmp_path, server)) == "['Nine.', 'Nine.'] []"
    assert (len(server.batches), server.bought) == (1, 2)
    assert len(billed()) == 2


def test_two_processes_that_want_the_same_buy_one_batch(tmp_path):
    with Batches(looks=3) as server:
        both = [started(tmp_path, server) for _ in range(2)]
        assert [finished(process) for process in both] == ["['Nine.', 'Nine.'] []"] * 2
    assert (len(server.batches), server.bought) == (1, 2)


def test_what_another_process_fetches_between_two_looks_is_not_bought_again(tmp_path, monkeypatch):
    """The other batch ends after the first of two requests was not found kept, and before the second is looked for."""
    monkeypatch.setenv("WORKBENCH_CONFIG", str(tmp_path / "workbench.toml"))
    monkeypatch.setenv("BOX_API_KEY", "box-1234567890abcdef")
    monkeypatch.setattr(buying, "FIRST_LOOK_SECONDS", 0.05)
    take_kept, look_up = buying.Buyer.take_kept, Cache.alookup
    with Batches(looks=10_000) as server:
        other = started(tmp_path, server)
        while not any(batch["looked"] for batch in server.batches.values()):
            assert other.poll() is None
            time.sleep(0.02)

        async def looked_up(cache, key):
            record = await look_up(cache, key)
            if server.looks:
                server.looks = 0
                assert finished(other) == "['Nine.', 'Nine.'] []"
            return record

        async def taken(buyer, waiting, **of):
            monkeypatch.setattr(Cache, "alookup", looked_up)
            await take_kept(buyer, waiting, **of)

        monkeypatch.setattr(buying.Buyer, "take_kept", taken)
        rows = wb.sweep(["4 + 5?", "2 + 2?"], models=["openai/gpt-6-sol"], max_tokens=20, batch=True)
    assert rows["answer"].tolist() == ["Nine."] * 2
    assert (len(server.batches), server.bought) == (1, 2)


KILLED_BETWEEN = """
    import os, signal
    import workbench as wb
    from workbench.asking.batch import buying, delivering

    buying.FIRST_LOOK_SECONDS = 0.05
    tell = delivering.told_to_ledger

    def told(*about, record=None, **more):
        if record is not None and AT == len(lines):
            os.kill(os.getpid(), signal.SIGKILL)
        lines.append(record)
        tell(*about, record=record, **more)

    lines, AT = [], 1  # one line is written; the second reply is kept, and its line never comes
    delivering.told_to_ledger = told
    wb.sweep(["4 + 5?", "2 + 2?", "1 + 1?"], models=["openai/gpt-6-sol"], max_tokens=20, batch=True)
"""


def test_killed_between_a_reply_and_its_line_the_ledger_is_whole_after_the_next_run(tmp_path, monkeypatch):
    with Batches(looks=1) as server:
        process = started(tmp_path, server, KILLED_BETWEEN)
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL
        assert len(billed()) == 1
        monkeypatch.setenv("WORKBENCH_CONFIG", str(tmp_path / "workbench.toml"))
        monkeypatch.setenv("BOX_API_KEY", "box-1234567890abcdef")
        monkeypatch.setattr(buying, "FIRST_LOOK_SECONDS", 0.05)
        rows = wb.sweep(["4 + 5?", "2 + 2?", "1 + 1?"], models=["openai/gpt-6-sol"], max_tokens=20, batch=True)
    assert rows["answer"].tolist() == ["Nine."] * 3
    assert (len(server.batches), server.bought) == (1, 3)
    assert sorted(entry["number"] for entry in billed()) == [0, 1, 2]
    assert not Journal(current().folder).open()
