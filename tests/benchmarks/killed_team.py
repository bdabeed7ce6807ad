"""Eight processes on four machines, one of them killed every second until all is bought: `python killed_team.py CELLS`.

    python tests/benchmarks/killed_team.py 20000 [always|everysec|none] [restart] [--at-once 8] [--folder FOLDER]

The machines are network namespaces (root, `ip`) around one Redis, whose AOF is written `always`, `everysec` or not at
all; with `restart` it is killed, too, when a third is bought, and begun again. Prints what was asked of the provider,
what that may have been at most, whether the rows of all machines are those of a single run, and what the team's books
say; ends with status 1 where one of these is not as promised.
"""

from __future__ import annotations

import argparse
import collections
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
from fakes.server import FakeServer, completion
from killing import Team
from networks import Networks
from servers import Server, redis_program
from swept import PRICED, output_usage

PROCESSES, MACHINES, LEASE_SECONDS = 8, 4, 3
SECONDS_OF_QUIET = 15.0
"""All is bought when nothing was asked for so long: the lease of one who was killed, and time to spare."""

USD_A_CALL, USD_AT_WORST = 0.02, 0.05
AOF = {"always": ("--appendfsync", "always"), "everysec": ("--appendfsync", "everysec"), "none": ("--appendonly", "no")}
OF_THE_MOMENT = [
    *("run", "created_at", "seconds", "seconds_to_first_token", "seconds_to_answer"),
    *("cached", "attempts", "usd_spent", "http_status"),
]
"""Columns that say when and how a reply came: of a call that was bought twice, and of a cached one, another."""


def costly(request):
    number = int(request.prompt.split()[0])
    return completion(str(number + 1), usage=output_usage(20, number % 7), delay_seconds=0.03)(request)


def lines(path: Path) -> list[str]:
    return sorted(path.read_text().splitlines())


def single_run(folder: Path, provider: FakeServer, cells: int) -> list[str]:
    os.environ["WORKBENCH_CACHE"] = str(folder / "single")
    os.environ.pop("WORKBENCH_STORE", None)
    import workbench as wb

    wb.add_provider("fake", base_url=provider.base_url, concurrency=8)
    rows = wb.sweep([f"{number} + 1?" for number in range(cells)], models="fake/m", max_tokens=50)
    wb.write_rows(rows.drop(columns=OF_THE_MOMENT), folder / "single.jsonl")
    return lines(folder / "single.jsonl")


def books(store: Server) -> dict[str, dict[str, float]]:
    client = store.client()
    return {
        key.decode().removeprefix("workbench:m:"): {
            part.decode(): int(nano) / 1e9 for part, nano in client.hgetall(key).items()
        }
        for key in client.keys("workbench:m:*")
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("cells", type=int)
    parser.add_argument("aof", nargs="?", choices=AOF, default="always")
    parser.add_argument("restart", nargs="?", choices=["restart"])
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--cap-usd", type=float)
    parser.add_argument("--seconds", type=float, default=3_000)
    parser.add_argument("--folder", default=None)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="killed", dir=asked.folder))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process compiles all libraries anew
    os.chdir(folder)
    networks = Networks(MACHINES)
    keeps = asked.aof != "none"
    open_to_all = ("--bind", "0.0.0.0", "--protected-mode", "no")
    store = Server(redis_program(), folder / "server", *open_to_all, *AOF[asked.aof])
    cap_usd = (asked.cap_usd or asked.cells * USD_AT_WORST * 2) if keeps else None
    try:
        with FakeServer(costly, host=networks.provider) as provider:
            (folder / "workbench.toml").write_text(PRICED.format(address=provider.base_url))
            begun = time.monotonic()
            team = Team(
                folder,
                store=f"redis://{networks.store}:{store.port}?lease={LEASE_SECONDS}",
                provider=provider.base_url,
                networks=networks.names,
                cells=asked.cells,
                machines=PROCESSES,
                kills=None,
                seconds_between_kills=1.0,
                at_once=asked.at_once,
                seed=time.time_ns(),
                max_usd=cap_usd,
                not_alike=OF_THE_MOMENT,
            )
            restarted, hits, grew_at = 0, 0, time.monotonic()
            while time.monotonic() < min(grew_at + SECONDS_OF_QUIET, begun + asked.seconds):
                time.sleep(0.5)
                if provider.hits > hits:
                    hits, grew_at = provider.hits, time.monotonic()
                if asked.restart and not restarted and hits >= asked.cells // 3:
                    store.kill()
                    time.sleep(1.0)
                    store.start()
                    restarted = hits
            seconds = grew_at - begun
            team.enough()
            ended = team.ended(asked.seconds)
            hits = provider.hits
            times = collections.Counter(request.prompt for request in provider.requests)
            at_most = asked.cells + (ended["kills"] + PROCESSES * bool(restarted)) * asked.at_once
            if restarted and not keeps:
                at_most += restarted  # which it forgot: whoever has no copy buys it again
            print(f"{asked.cells:,} cells, AOF {asked.aof}, Redis restarted at {restarted or '-'}:")
            print(f"  bought in {seconds:.0f} s, {ended['kills']} kills, {ended['failed']} failed by themselves")
            print(f"  {hits:,} calls, {hits - asked.cells:,} more than cells; at most {at_most - asked.cells:,} more")
            print(f"  cells asked n times: {dict(collections.Counter(times.values()))}")
            rows = [lines(folder / f"rows-{number}.jsonl") for number in range(PROCESSES)]
            alike = all(each == rows[0] for each in rows)
            errors = sorted({error for each in team.rows() for error in each["errors"]})
            promised = ended["failed"] == 0 and hits <= at_most
            if keeps:
                booked = collections.defaultdict(float, books(store)["run.killed"])
                print(f"  books {dict(booked)}; billed {hits * USD_A_CALL:.2f}, cap {cap_usd:.2f}")
                promised &= hits * USD_A_CALL <= cap_usd + 1e-9 and booked["reserved"] == 0
                promised &= hits * USD_A_CALL - 1e-6 <= booked["spent"] + booked["unknown"] <= cap_usd + 1e-6
            if asked.cap_usd:
                print(f"  errors: {errors}")
                promised &= errors == ["BudgetExceeded"]
            else:
                equal = single_run(folder, provider, asked.cells) == rows[0]
                print(f"  rows of all machines alike: {alike}; equal to a single run: {equal}; errors: {errors}")
                promised &= asked.cells <= hits and alike and equal and not errors
            print("  as promised" if promised else f"  NOT as promised: {team.errors()[-2_000:]}")
            return 0 if promised else 1
    finally:
        store.close()
        networks.close()


if __name__ == "__main__":
    sys.exit(main())
