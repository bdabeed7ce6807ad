"""Local models: a llama.cpp server as a child process, one for each of three embedded models and of the user's files.

Each server starts on first use, listens on loopback with a random key, and ends with this process, also when that is
killed. The embedded models are small and often wrong: they are here to learn and to test with, not to be relied on.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import importlib.metadata
import importlib.resources
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO, Protocol

from workbench.base.machine import clean_environment
from workbench.errors import InputError, LocalModelCrashed, LocalModelError
from workbench.providers.local import weights
from workbench.providers.local.endings import refusal_in
from workbench.providers.local.memory import free_memory_bytes

SLOTS = 4
CONTEXT_TOKENS = 2048
START_TIMEOUT_SECONDS = 120.0
STOP_TIMEOUT_SECONDS = 2.0
ENGINE = "xllamacpp"
ENGINE_OLDEST = (2026, 10)  # earlier ones take over the signal handlers of the process

_OTHER_SERVER = """Any OpenAI-compatible server works in its place, such as Ollama or llama-server; in workbench.toml:
[providers.mine]
base_url = "http://127.0.0.1:11434/v1"
and then model="mine/<its name for a model>"."""


class KnownByHash(Protocol):
    """Weights: those that the workbench brings, or a file of the user's own."""

    @property
    def file_name(self) -> str: ...

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True)
class LocalModel:
    """One model that needs no key: weights, and the chat template that takes the place of their own, if any.

    `needs_bytes` is the memory that it will take, where that is to be checked before it starts.
    """

    name: str
    weights: KnownByHash
    note: str
    template_file: str | None = None
    thinks: bool = False
    template: str | None = None
    context_tokens: int = CONTEXT_TOKENS
    slots: int = SLOTS
    threads: int | None = None
    start_seconds: float = START_TIMEOUT_SECONDS
    needs_bytes: int = 0

    @property
    def own(self) -> bool:
        """Whether it is a file of the user's own."""
        return not isinstance(self.weights, weights.Weights)


@dataclass(frozen=True)
class Endpoint:
    """Where a running local model answers; the key never shows in a repr."""

    base_url: str
    api_key: str = field(repr=False)
    process_id: int


MODELS: Mapping[str, LocalModel] = MappingProxyType(
    {
        model.name: model
        for model in (
            LocalModel(
                name="smollm2-135m-instruct",
                weights=weights.Q4_1,
                note="135 million parameters: small and often wrong",
            ),
            LocalModel(
                name="smollm2-135m-think",
                weights=weights.Q4_1,
                note="the same weights, made to think first by a template with worked examples",
                template_file="smollm2-think.jinja",
                thinks=True,
            ),
            LocalModel(
                name="smollm2-135m-q4_0",
                weights=weights.Q4_0,
                note="the same weights, requantised here to fewer bits: faster, and more often wrong",
            ),
        )
    }
)


def identity(of: str | LocalModel) -> str:
    """The address that stands for a local model in a cache key, whatever port it has today.

    It changes with the weights and the template, which change replies, with how much a file of the user's own is told
    to hold, and with nothing else.

    >>> identity("smollm2-135m-instruct")
    'local://smollm2-135m-instruct/b30593713420'
    """
    model = _model(of)
    told: list[object] = [model.weights.sha256, _template(model)]
    parts = json.dumps([*told, model.context_tokens] if model.own else told)
    return f"local://{model.name}/{hashlib.sha256(parts.encode()).hexdigest()[:12]}"


def available() -> str | None:
    """None when the local model can run here at once, else a sentence that says why not and what to do instead.

    Looks at names and sizes only: nothing is read, hashed, started or fetched.
    """
    if (reason := engine_missing()) is not None:
        return reason
    if not weights.candidates(weights.Q4_1):
        fetch = weights.FETCH_COMMAND
        return f"The weights of the local model are not on this machine. To fetch them (94 MB), run: {fetch}"
    return None


def engine_missing() -> str | None:
    """None when the engine of local models is there, else a sentence that says what to do."""
    try:
        version = importlib.metadata.version(ENGINE)
    except importlib.metadata.PackageNotFoundError:
        install = f"pip install --only-binary :all: '{ENGINE}>={'.'.join(map(str, ENGINE_OLDEST))}' gguf"
        if not _wheel_exists():
            return (
                f"The local model cannot run here: {ENGINE} has no wheel for {platform.system()} {platform.machine()}. "
                + _OTHER_SERVER
            )
        return f"The local model needs the package {ENGINE!r}, which is not installed. Install it with: {install}"
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < ENGINE_OLDEST:
        return (
            f"The local model needs {ENGINE} {'.'.join(map(str, ENGINE_OLDEST))} or later, not {version}. "
            + _OTHER_SERVER
        )
    return None


def prepare(of: str | LocalModel, *, fetch: bool | None = None) -> Path:
    """Have the weights of a model ready without starting it; may ask at the terminal, so call it from the main thread.

    `fetch` is as in `weights.obtain`. Raises `LocalModelError` when the model cannot run here, or not beside what else
    takes memory at this moment.
    """
    model = _model(of)
    reason = engine_missing()
    if isinstance(model.weights, weights.Weights):
        if reason and weights.candidates(weights.Q4_1):
            raise LocalModelError(reason)
        return weights.obtain(model.weights, fetch=fetch)
    if reason:
        raise LocalModelError(reason)
    free = free_memory_bytes()
    if free is not None and model.needs_bytes > free:
        raise LocalModelError(
            f"The local model {model.name!r} needs about {model.needs_bytes / 2**30:.1f} GiB of memory "
            f"({model.context_tokens:,} tokens of context for {model.slots} at once included), and {free / 2**30:.1f} "
            "GiB are free here. A smaller context, written into its table in workbench.toml, or a file with fewer "
            "bits a weight needs less."
        )
    return Path(model.weights.path)  # type: ignore[attr-defined]  # a file of the user's own has one


def endpoint(of: str | LocalModel) -> Endpoint:
    """Where this model answers: its server is started on first use, which blocks for about a second.

    Raises `LocalModelError` when it cannot run here, and once `LocalModelCrashed` when its server has died since it was
    last asked for; the next call starts a new one.
    """
    model = _model(of)
    with _registry_lock:
        place = _places.setdefault(_place_of(of), _Place())
    with place.lock:
        if place.server and place.server.process.poll() is not None:
            reason = place.server.last_words()
            place.server.close()
            place.server = None
            raise LocalModelCrashed(reason)
        if place.server is None:
            place.server = _Server(model)
        return place.server.endpoint


def is_running(of: str | LocalModel) -> bool:
    """Whether the server of this model is up; to start it takes a second or a few, more where the machine is busy.

    >>> is_running("no-such-model")
    False
    """
    place = _places.get(_place_of(of))
    return place is not None and place.server is not None and place.server.process.poll() is None


def stop(name: str | None = None) -> None:
    """Stop one local model, or all of them; requests that still run are cut off."""
    with _registry_lock:
        chosen = [_places[name]] if name in _places else list(_places.values()) if name is None else []
    for place in chosen:
        with place.lock:
            if place.server:
                place.server.close()
            place.server = None


class _Place:
    """Where the one server of a model stands; the lock makes threads that ask at once wait for the same start."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.server: _Server | None = None


class _Server:
    """One child process that runs one model."""

    def __init__(self, model: LocalModel) -> None:
        path = prepare(model)
        threads = model.threads or max(1, _cores() // 2)
        key = f"local-{secrets.token_hex(16)}"
        settings = {
            "name": model.name,
            "weights": str(path),
            "template": _template(model),
            "key": key,
            "slots": model.slots,
            "context_tokens": model.context_tokens,
            "threads": threads,
        }
        self.name, self._start_seconds = model.name, model.start_seconds
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - a pipe that nobody reads would fill up and block the server
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("program.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            encoding="utf-8",
            # No key of anybody's is its business; modules are found where this process finds them.
            env=clean_environment(OMP_NUM_THREADS=str(threads), PYTHONPATH=os.environ.get("PYTHONPATH", "")),
            # Out of the process group, so that the interrupt of a notebook or a terminal does not reach the server.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            address = self._start(settings)
        except BaseException:
            self.close()
            raise
        self.endpoint = Endpoint(base_url=f"{address}/v1", api_key=key, process_id=self.process.pid)

    def _start(self, settings: Mapping[str, object]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        overdue = threading.Timer(self._start_seconds, self.process.kill)
        overdue.start()
        try:
            self.process.stdin.write(json.dumps(settings) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            in_time = overdue.is_alive()
            overdue.cancel()
        if line:
            return str(json.loads(line)["address"])
        self.process.wait()
        raise LocalModelError(
            self.last_words()
            if in_time
            else f"The local model {self.name!r} was not ready in {self._start_seconds:.0f} seconds and was ended."
        )

    def last_words(self) -> str:
        """How the process ended, with the tail of what it wrote to stderr; only for a process that has ended."""
        code = self.process.returncode
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self.errors.seek(max(0, self.errors.seek(0, os.SEEK_END) - 4000))
        tail = self.errors.read().decode("utf-8", "replace").strip()
        if known := refusal_in(tail):
            return f"The local model {self.name!r} cannot be served: {known}."
        return f"The server of the local model {self.name!r} {how}. " + (
            f"Its last words:\n{tail}" if tail else "It wrote no reason; asking again starts a new one."
        )

    def close(self) -> None:
        """End the child by closing its pipe; by force when it does not go."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def disown(self) -> None:
        """After a fork: let go of the pipe, or the server would outlive its owner for as long as the fork lives."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.returncode = 0  # not our child: never wait for it, never signal it


def _model(of: str | LocalModel) -> LocalModel:
    if isinstance(of, LocalModel):
        return of
    if of not in MODELS:
        raise InputError(f"Unknown local model {of!r}. There are: {', '.join(MODELS)}.")
    return MODELS[of]


def _place_of(of: str | LocalModel) -> str:
    """What one running server is known by: two files of one name, or one file at two contexts, are two."""
    return (
        identity(of) if isinstance(of, LocalModel) and of.own else _model(of).name if isinstance(of, LocalModel) else of
    )


@functools.cache
def _template(model: LocalModel) -> str | None:
    if model.template_file is None:
        return model.template
    return importlib.resources.files("workbench.providers.local").joinpath(model.template_file).read_text("utf-8")


def _cores() -> int:
    """Cores this process may use, which on a shared machine is less than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _wheel_exists() -> bool:
    machine = platform.machine().lower()
    if sys.platform == "linux":
        return machine in {"x86_64", "aarch64"} and platform.libc_ver()[0] == "glibc"
    if sys.platform == "darwin":
        return int(platform.mac_ver()[0].split(".")[0] or 0) >= 13
    return sys.platform == "win32" and machine in {"amd64", "x86_64"}


_registry_lock = threading.Lock()
_places: dict[str, _Place] = {}


def _forget_after_fork() -> None:
    global _registry_lock
    _registry_lock = threading.Lock()
    for place in _places.values():
        if place.server:
            place.server.disown()
    _places.clear()


atexit.register(stop)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
