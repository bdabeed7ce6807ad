"""Machines of a team that are killed again and again: forked from one process that has loaded everything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

PROGRAM = textwrap.dedent("""
    import json, os, random, signal, sys, time
    import aiohttp, pandas, redis
    import workbench as wb
    import workbench.sweeps.run

    asked = json.loads(sys.argv[1])
    os.environ["WORKBENCH_STORE"] = asked["store"]
    os.environ["WORKBENCH_RUN"] = asked["run"]
    tasks = [f"{number} + 1?" for number in range(asked["cells"])]

    def enter(network):
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/run/netns/{network}") as namespace:
            if libc.setns(namespace.fileno(), 0):
                raise OSError(ctypes.get_errno(), f"no way into the network {network}")

    def be(machine):
        if asked["networks"]:
            enter(asked["networks"][machine % len(asked["networks"])])
        os.environ["WORKBENCH_CACHE"] = os.path.join(asked["folder"], f"machine-{machine}")
        wb.add_provider("fake", base_url=asked["provider"], concurrency=asked["at_once"])
        try:
            rows = wb.sweep(tasks, models="fake/m", max_tokens=asked["max_tokens"], max_usd=asked["max_usd"])
            answers = rows.sort_values("task_id")["answer"].fillna("").tolist()
            told = {"answers": answers, "errors": sorted(set(rows["error"].dropna()))}
            with open(os.path.join(asked["folder"], f"rows-{machine}"), "w") as file:
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
        if alive and kills < asked["kills"] and time.monotonic() > at:
            machine = dice.choice(sorted(alive))
            os.kill(alive[machine], signal.SIGKILL)
            os.waitpid(alive[machine], 0)
            kills, at = kills + 1, time.monotonic() + asked["seconds_between_kills"]
            alive[machine] = start(machine)
    print(json.dumps({"kills": kills, "failed": failed}), flush=True)
""")


class Team:
    """Machines that ask the same cells through one store, some of them killed meanwhile."""

    def __init__(self, folder: Path, **asked) -> None:
        usual = {
            "run": "killed",
            "machines": 4,
            "at_once": 8,
            "max_tokens": 50,
            "seed": 7,
            "seconds_between_kills": 0.6,
            "networks": [],
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

    def ended(self, seconds: float = 300) -> dict:
        """How it ended: how many were killed, how many failed by themselves."""
        told, _ = self._process.communicate(timeout=seconds)
        assert self._process.returncode == 0, self.errors()
        return json.loads(told)

    def rows(self) -> list[dict]:
        """What each machine has in the end."""
        folder = Path(self._asked["folder"])
        return [json.loads((folder / f"rows-{n}").read_text()) for n in range(self._asked["machines"])]
