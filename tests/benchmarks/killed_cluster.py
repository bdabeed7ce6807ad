"""A sweep on Dask's workers; client, scheduler and one worker are killed: `python killed_cluster.py CELLS [bucket]`.

    python tests/benchmarks/killed_cluster.py 1000 bucket

A scheduler and two workers run as processes of their own, with a Redis as the team's store; rows go to a folder, or to
a bucket of a server of S3. When a sixth is bought the client is killed, at three sixths the scheduler, at five sixths a
worker; what was killed is begun again. Prints what was asked of the provider and ends with status 1 where a row is
missing or wrong, or where more was bought than cells and calls in flight at the kills.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
from fakes.server import FakeServer, completion
from servers import Server, bucket_server, free_port, make_bucket, redis_program
from swept import PRICED, output_usage

WORKERS, THREADS, AT_ONCE, CELLS_A_CHUNK = 2, 2, 8, 100
IN_FLIGHT = WORKERS * THREADS * AT_ONCE
SECONDS_TO_END = 300
DASK = str(Path(sys.executable).with_name("dask"))
CLIENT = f"""
import sys
import workbench as wb
from distributed import Client
from workbench.sweeps import spreading

spreading.CELLS_A_CHUNK = {CELLS_A_CHUNK}
address, cells, place = sys.argv[1:]
tasks = wb.load_tasks([{{"question": f"{{n}} + 1?", "target": str(n + 1)}} for n in range(int(cells))])
with Client(address) as client:
    rows = wb.sweep(tasks, models="fake/m", max_tokens=50, on=client, into=place, concurrency={AT_ONCE}).frame()
print(len(rows), int(rows["correct"].sum()))
"""


def costly(request):
    number = int(request.prompt.split()[0])
    return completion(str(number + 1), usage=output_usage(20, 0), delay_seconds=0.05)(request)


class Cluster:
    """A scheduler, its workers and a client, each a process that can be killed with all that it started."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._port, self._begun = free_port(), 0
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.scheduler = self.begin_scheduler()
        self.workers = [self.begin_worker() for _ in range(WORKERS)]

    def begin(self, *command: str) -> subprocess.Popen[str]:
        self._begun += 1
        environment = self._environment | {"WORKBENCH_CACHE": str(self._folder / f"cache-{self._begun}")}
        with (self._folder / f"log-{self._begun}").open("w") as log:
            return subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )

    def begin_scheduler(self) -> subprocess.Popen[str]:
        return self.begin(DASK, "scheduler", "--port", str(self._port), "--no-dashboard")

    def begin_worker(self) -> subprocess.Popen[str]:
        own = str(self._folder / f"worker-{self._begun}")
        return self.begin(
            *(DASK, "worker", self.address, "--nthreads", str(THREADS)), "--no-dashboard", "--local-directory", own
        )

    def begin_client(self, cells: int, place: str) -> subprocess.Popen[str]:
        return self.begin(sys.executable, "-c", CLIENT, self.address, str(cells), place)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_END
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the cluster does not go on")
        time.sleep(0.01)


def killed(cluster: Cluster, provider: FakeServer, cells: int, place: str) -> str:
    """What the last client says when all three have been killed and begun again."""
    client = cluster.begin_client(cells, place)
    wait_until(lambda: provider.hits >= cells // 6)
    kill(client)
    print(f"  client killed at {provider.hits:,} calls")
    client = cluster.begin_client(cells, place)
    wait_until(lambda: provider.hits >= cells // 2)
    kill(cluster.scheduler)
    print(f"  scheduler killed at {provider.hits:,} calls")
    client.communicate(timeout=SECONDS_TO_END)
    print(f"  the client ended with status {client.returncode}; its chunks went on to {provider.hits:,} calls")
    cluster.close()
    cluster.scheduler = cluster.begin_scheduler()
    cluster.workers = [cluster.begin_worker() for _ in range(WORKERS)]
    client = cluster.begin_client(cells, place)
    wait_until(lambda: provider.hits >= cells * 5 // 6 or client.poll() is not None)
    kill(cluster.workers[0])
    print(f"  worker killed at {provider.hits:,} calls")
    cluster.workers[0] = cluster.begin_worker()
    return client.communicate(timeout=SECONDS_TO_END)[0].strip()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("cells", type=int)
    parser.add_argument("place", nargs="?", choices=["folder", "bucket"], default="folder")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cluster"))
    store = Server(redis_program(), folder / "server")
    try:
        with FakeServer(costly) as provider, bucket_server() as bucket:
            (folder / "workbench.toml").write_text(PRICED.format(address=provider.base_url))
            place = str(folder / "rows")
            if asked.place == "bucket":
                make_bucket(bucket, "lab")
                place = "s3://lab/night"
            ours = {
                "WORKBENCH_CONFIG": str(folder / "workbench.toml"),
                "WORKBENCH_STORE": store.url,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PYTHONDONTWRITEBYTECODE": "",  # else each process compiles all libraries anew
            }
            cluster = Cluster(folder, {**os.environ, **bucket, **ours})
            try:
                said = killed(cluster, provider, asked.cells, place)
                hits = provider.hits
                again = cluster.begin_client(asked.cells, place).communicate(timeout=SECONDS_TO_END)[0].strip()
            finally:
                cluster.close()
            at_most = 4 * IN_FLIGHT  # three kills, and the workers that were left when the scheduler was gone
            print(f"{asked.cells:,} cells, rows in a {asked.place}: {hits:,} calls, at most {at_most} more than cells")
            print(f"  rows, right: {said}; run once more: {again}, {provider.hits - hits} calls")
            whole = f"{asked.cells} {asked.cells}"
            promised = said == again == whole and hits == provider.hits and asked.cells <= hits <= asked.cells + at_most
            print("  as promised" if promised else f"  NOT as promised: see {folder}")
            return 0 if promised else 1
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
