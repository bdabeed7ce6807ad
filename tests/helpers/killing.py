"""Machines of a team that are killed again and again: forked from one process that has imported everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

from servers import Server

PROGRAM = textwrap.dedent("""
    import contextlib, gc, importlib, json, os, random, signal, sys, time
    import aiohttp, pandas, redis
    import workbench as wb
    import workbench.cache.shared.server, workbench.cache.shared.team, workbench.sweeps.run
    from workbench.providers.facts import known_models, known_providers

    asked = json.loads(sys.argv[1])
    path = lambda name: os.path.join(asked["folder"], name)
    os.environ["WORKBENCH_STORE"] = asked["store"]
    os.environ["WORKBENCH_RUN"] = asked["run"]
    if asked["seconds_to_answer"] is not None:
        workbench.cache.shared.server.SECONDS_TO_ANSWER = asked["seconds_to_answer"]
    tasks = [f"{number} + 1?" for number in range(asked["cells"])]

    def enter(network):
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/run/netns/{network}") as namespace:
            if libc.setns(namespace.fileno(), 0):
                raise OSError(ctypes.get_errno(), f"no way into the network {network}")

    def read_what_a_sweep_imports():
        # Each that is forked would import for a second or two what its first call needs: one tells what that is.
        pid = os.fork()
        if pid == 0:
            try:
                os.environ["WORKBENCH_CACHE"] = path("rehearsal")
                del os.environ["WORKBENCH_STORE"]
                with wb.testing.scripted("2"):
                    wb.sweep(["1 + 1?"], models="scripted/m")
                with open(path("imported"), "w") as file:
                    file.write(" ".join(sys.modules))
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        with open(path("imported")) as file:
            for name in file.read().split():
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
        known_models(), known_providers()
        gc.freeze()

    def be(machine):
        if asked["networks"]:
            enter(asked["networks"][machine % len(asked["networks"])])
        os.environ["WORKBENCH_CACHE"] = path(f"machine-{machine}")
        wb.add_provider("fake", base_url=asked["provider"], concurrency=asked["at_once"])
        try:
            rows = wb.sweep(tasks, models="fake/m", max_tokens=asked["max_tokens"], max_usd=asked["max_usd"])
            answers = rows.sort_values("task_id")["answer"].fillna("").tolist()
            if asked["not_alike"] is not None:
                wb.write_rows(rows.drop(columns=asked["not_alike"]), path(f"rows-{machine}.jsonl"))
            told = {"answers": answers, "errors": sorted(set(rows["error"].dropna()))}
            with open(path(f"rows-{machine}"), "w") as file:
                json.dump(told, file)
            wb.cache.current().team.close()
        except BaseException as error:
            print(f"machine {machine}: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)

    def start(machine):
        pid = os.fork()
        if pid == 0:
            be(machine)
        return pid

    read_what_a_sweep_imports()
    dice = random.Random(asked["seed"])
    alive = {machine: start(machine) for machine in range(asked["machines"])}
    kills, failed, at = 0, 0, time.monotonic() + asked["seconds_between_kills"]
    print("begun", flush=True)
    while alive:
        time.sleep(0.02)
        for machine, pid in list(alive.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                failed += status != 0
                del alive[machine]
        enough = kills >= asked["kills"] if asked["kills"] is not None else os.path.exists(path("enough"))
        if alive and not enough and time.monotonic() > at:
            machine = dice.choice(sorted(alive))
            os.kill(alive[machine], signal.SIGKILL)
            os.waitpid(alive[machine], 0)
            kills, at = kills + 1, time.monotonic() + asked["seconds_between_kills"]
            alive[machine] = start(machine)
    print(json.dumps({"kills": kills, "failed": failed}), flush=True)
""")


class Team:
    """Machines that ask the same cells through one store, some of them killed meanwhile.

    With `kills` None it goes on until it is `enough`. With `not_alike` each machine writes its rows without these
    columns. A store that is silent for `seconds_to_answer` is away.
    """

    def __init__(self, folder: Path, **asked) -> None:
        usual = {
            "run": "killed",
            "machines": 4,
            "at_once": 8,
            "max_tokens": 50,
            "seed": 7,
            "seconds_between_kills": 0.6,
            "networks": [],
            "not_alike": None,
            "seconds_to_answer": None,
        }
        self._asked = {**usual, "folder": str(folder), **asked}
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        self._said = folder / "said"
        with self._said.open("w") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, json.dumps(self._asked)],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env=environment,
            )
        assert self._process.stdout.readline() == "begun\n", self.errors()

    def errors(self) -> str:
        return self._said.read_text()

    def enough(self) -> None:
        """Kill no more."""
        (Path(self._asked["folder"]) / "enough").touch()

    def ended(self, seconds: float = 300) -> dict:
        """How it ended: how many were killed, how many failed by themselves."""
        told, _ = self._process.communicate(timeout=seconds)
        assert self._process.returncode == 0, self.errors()
        return json.loads(told)

    def calls_that_may_be_lost(self, store: Server, ended: Mapping[str, int]) -> int:
        """How many calls may have been under way in members that died, or that the others took for dead.

        A slow machine is buried, too, and begins anew under another name; so does each when its server was restarted.
        Who lives on pays what it had under way under its old name, and such names are kept.
        """
        names = len(store.client().keys("workbench:t:*"))
        return (ended["kills"] + names) * self._asked["at_once"]

    def rows(self) -> list[dict]:
        """What each machine has in the end."""
        folder = Path(self._asked["folder"])
        return [json.loads((folder / f"rows-{n}").read_text()) for n in range(self._asked["machines"])]
