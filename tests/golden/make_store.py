"""Make a small store and rows files with the code of an older commit, for the tests to read with today's.

    cd CHECKOUT_OF_THE_COMMIT && .uv/bin/uv run --with pyarrow python PATH/TO/make_store.py FOLDER

Run it in a checkout of that commit: its package and its fake server are used, and its local models where they are
there. FOLDER gets `store.zip` (the cache folder), `calls.json` (what was asked, and what the commit read from each
reply) and `rows.jsonl`, `rows.csv` and `rows.parquet` (one sweep). The fake server listens on the port "discard", where
nothing of anybody's listens later: a call that is not found in the store fails, and reaches no stranger. A port below
1024 needs root.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

PORT = 9
ADDRESS = f"http://127.0.0.1:{PORT}/v1"
READ = ("thinking", "answer", "outcome", "finish_reason", "usd", "usd_source", "created_at", "key")
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
WORDINGS = 40
LOCAL = ("local/smollm2-135m-instruct", "local/smollm2-135m-think")
LOCAL_QUESTION = "What is 3 + 4 + 6?"


def main(folder: Path) -> None:
    """Ask, sweep, and write what the tests read."""
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp()) / "cache"
    os.environ["WORKBENCH_CACHE"] = str(home)
    sys.path[:0] = [str(Path.cwd()), str(Path.cwd() / "tests")]

    from fakes.dialects import CASES
    from fakes.server import FakeServer, completion

    import workbench as wb

    class OnDiscard(FakeServer):
        def __enter__(self) -> Any:
            made = socket.create_server

            def create(address: tuple[str, int], **options: Any) -> socket.socket:
                return made((address[0], PORT), **options)

            socket.create_server = create  # type: ignore[assignment]
            try:
                return super().__enter__()
            finally:
                socket.create_server = made

    calls: list[dict[str, Any]] = []

    def ask(prompt: Any, *, model: str, **options: Any) -> None:
        reply = wb.ask(prompt, model=model, **options)
        read = {name: getattr(reply, name) for name in READ}
        read["usage"] = dataclasses.asdict(reply.usage)
        calls.append({"prompt": prompt, "model": model, "options": options, "read": read})

    chosen = CASES[:: max(1, len(CASES) // WORDINGS)]
    providers = {}
    for number, case in enumerate(chosen):
        # `streams=False` is asked plainly, so that both ways of reading are in the store.
        facts: dict[str, Any] = {"dialect": case.dialect} if case.dialect else {}
        if number % 3 == 0:
            facts["streams"] = False
        name = f"wording{number}"
        providers[name] = {"base_url": ADDRESS, **facts}
        wb.add_provider(name, **providers[name])
        with OnDiscard(case):
            ask(f"Wording {number}: {case.name}", model=f"{name}/{case.model}")

    providers["plain"] = {"base_url": ADDRESS, "free": True}
    wb.add_provider("plain", **providers["plain"])
    script = completion("13", thinking="3 and 4 are 7, and 6 more are 13.")
    with OnDiscard(script):
        ask("Asked as it is.", model="plain/m")
        ask("Asked as it is.", model="plain/m", sample=1)
        ask("With all that a call can carry.", model="plain/m", system="Be brief.", max_tokens=77, temperature=0.25)
        ask("With tools.", model="plain/m", tools=[TOOL], top_p=0.5, seed=7)
        ask("With a body of its own.", model="plain/m", extra_body={"chat_template_kwargs": {"enable_thinking": False}})
        ask("Ünïcode 🐑 and a\nline", model="plain/m")
        ask([{"role": "system", "content": "S"}, {"role": "user", "content": "Messages."}], model="plain/m")
        tasks = [
            {"id": "a", "question": "What is 3 + 4 + 6?", "target": "13", "kind": "sum"},
            {"id": "b", "question": "=What is 6 + 8?", "target": "14", "kind": "sum"},
            {"id": "c", "question": "Which word, €?", "target": "iron", "kind": "word"},
        ]
        rows = wb.sweep(
            tasks,
            models="plain/m",
            prompts={"bare": "{{ question }}", "terse": {"system": "Be terse.", "user": "{{ question }}"}},
            max_tokens=[16, 64],
            repeats=2,
            params={"temperature": [0, 0.5]},
        )
        wb.ask("Bought again.", model="plain/m")
        ask("Bought again.", model="plain/m", refresh=True)
        calls[-1]["options"].pop("refresh")
    for model in LOCAL:
        ask(LOCAL_QUESTION, model=model, max_tokens=64, temperature=0)
        ask(LOCAL_QUESTION, model=model, max_tokens=4, temperature=0)

    for ending in ("jsonl", "csv", "parquet"):
        wb.write_rows(rows, folder / f"rows.{ending}")
    told = {"providers": providers, "tasks": tasks, "calls": calls}
    (folder / "calls.json").write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="ascii")
    print(f"{len(calls)} calls, {len(rows)} rows; {wb.cache.stats()}")
    _settle(home)
    shutil.make_archive(str(folder / "store"), "zip", home)


def _settle(home: Path) -> None:
    """Leave one file a database, as a process does that has ended."""
    import sqlite3

    for path in home.rglob("*.db"):
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for leftover in ("-wal", "-shm"):
            path.with_name(path.name + leftover).unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
