"""Parquet files, and data sets of Hugging Face as a folder or as an object, become records with their class names."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from workbench.errors import InputError
from workbench.tasks.records import Entry, Reading, one_of

_SPLITS: Final[tuple[str, ...]] = ("test", "validation", "valid", "dev")
"""The split to read where nothing else is said: questions that nobody was trained on."""

_SERVED: Final = frozenset({"row_idx", "row"})
"""What the viewer of the hub puts around each row."""

HUB: Final = "hf:"


def parquet_records(data: bytes, reading: Reading) -> list[Entry]:
    """The records of a Parquet file. Raises InputError where pyarrow is not installed."""
    pyarrow = _pyarrow("a Parquet file")
    import pyarrow.parquet as parquet

    try:
        table = parquet.read_table(io.BytesIO(data))
    except (pyarrow.ArrowException, OSError, ValueError) as problem:
        raise InputError(f"not a Parquet file that can be read: {' '.join(str(problem).split())}.") from None
    return _table_records(table, reading)


def is_dataset_folder(path: Path) -> bool:
    """Whether a folder was written by `save_to_disk` of Hugging Face's `datasets`."""
    return path.is_dir() and any((path / name).is_file() for name in ("dataset_dict.json", "state.json"))


def dataset_folder_records(path: Path, reading: Reading) -> tuple[str, tuple[Entry, ...]]:
    """The SHA-256 and the records of a data set on disk: of the split that is named, or of `test`."""
    folder = path
    if (path / "dataset_dict.json").is_file():
        splits = [str(name) for name in _json(path / "dataset_dict.json").get("splits", [])]
        folder = path / _split(splits, reading)
    pyarrow = _pyarrow("a data set on disk")
    features = _json(folder / "dataset_info.json").get("features") or {}
    digest = hashlib.sha256()
    tables = []
    for entry in _json(folder / "state.json").get("_data_files", []):
        name = Path(str(entry.get("filename"))).name  # never a file of another folder
        try:
            data = (folder / name).read_bytes()
            digest.update(data)
            tables.append(pyarrow.ipc.open_stream(io.BytesIO(data)).read_all())  # the stream form, not Feather's
        except (OSError, pyarrow.ArrowException) as problem:
            raise InputError(f"{name} cannot be read: {problem}.") from None
    records: list[Entry] = []
    _note_classes(features, reading)
    for table in tables:
        records += _rows(table.to_pylist(), start=len(records) + 1)
    return digest.hexdigest(), tuple(records)


def dataset_records(dataset: Any, reading: Reading) -> list[Entry]:
    """The records of a data set object of Hugging Face's `datasets`; of several splits, the one named or `test`."""
    if isinstance(dataset, Mapping):
        dataset = dataset[_split([str(name) for name in dataset], reading)]
    features = {
        str(name): {"_type": type(feature).__name__, "names": getattr(feature, "names", None)}
        for name, feature in (dataset.features or {}).items()
    }
    _note_classes(features, reading)
    try:
        rows = dataset.with_format("arrow")[:].to_pylist()  # images stay bytes and paths, nothing is decoded
    except (AttributeError, TypeError, ValueError, NotImplementedError):
        rows = list(dataset)
    return _rows(rows)


def is_page_of_rows(document: Mapping[str, Any]) -> bool:
    """Whether an object is what the hub's viewer serves: rows with their numbers, and the features of their columns."""
    rows = document.get("rows")
    return isinstance(rows, list) and bool(rows) and all(isinstance(r, Mapping) and r.keys() >= _SERVED for r in rows)


def page_records(document: Mapping[str, Any], reading: Reading) -> list[Any]:
    """The rows of such an object, with the names of its classes; what it leaves out is told."""
    features = [each for each in document.get("features") or () if isinstance(each, Mapping)]
    _note_classes({str(each.get("name")): each.get("type") for each in features}, reading)
    rows, total = document["rows"], document.get("num_rows_total")
    reading.notes.append("the tasks are the 'row' of each of its 'rows'")
    if isinstance(total, int) and total > len(rows):
        reading.warnings.append(f"the file holds {len(rows):,} of {total:,} rows of its data set")
    cut = sum(bool(row.get("truncated_cells")) for row in rows)
    if cut:
        reading.warnings.append(f"cells of {cut:,} of {len(rows):,} rows were cut by who served them")
    return [row["row"] for row in rows]


def hub_records(name: str, reading: Reading) -> list[Entry]:
    """The records of a data set by its name on the hub: `hf:owner/name`, or with a configuration `hf:owner/name/main`.

    Raises InputError where `datasets` is not installed, or where it cannot load the data set.
    """
    try:
        import datasets
    except ImportError:
        raise InputError(
            f"{name!r} is loaded by Hugging Face's datasets, which is not installed. Install it: pip install datasets."
        ) from None
    owner, _, rest = name.removeprefix(HUB).partition("/")
    own, _, configuration = rest.partition("/")
    try:
        loaded = datasets.load_dataset("/".join(filter(None, (owner, own))), *filter(None, (configuration,)))
    except Exception as problem:  # noqa: BLE001  # whatever it raises: no network, no such name, a gate, a script
        raise InputError(f"{name!r} cannot be loaded: {type(problem).__name__}: {problem}") from None
    return dataset_records(loaded, reading)


def _split(names: list[str], reading: Reading) -> str:
    best = [name for name in _SPLITS if name in names][:1]
    return one_of(names, reading, "split", best)


def _table_records(table: Any, reading: Reading) -> list[Entry]:
    kept = (table.schema.metadata or {}).get(b"huggingface")
    if kept:
        try:
            _note_classes(json.loads(kept).get("info", {}).get("features") or {}, reading)
        except (ValueError, AttributeError):
            reading.notes.append("the file's notes on its features cannot be read")
    indices = [name for name in table.column_names if name.startswith("__index_level_")]
    if indices:
        reading.notes.append(f"{', '.join(indices)} is passed over: it is the index of a DataFrame")
    return _rows(table.drop_columns(indices).to_pylist() if indices else table.to_pylist())


def _rows(rows: Iterable[Any], start: int = 1) -> list[Entry]:
    return [Entry(f"row {number}", row) for number, row in enumerate(rows, start=start)]


def _note_classes(features: Mapping[str, Any], reading: Reading) -> None:
    for name, feature in features.items():
        if isinstance(feature, Mapping) and feature.get("_type") == "ClassLabel" and feature.get("names"):
            reading.classes[str(name)] = [str(label) for label in feature["names"]]


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise InputError(f"{path.name} cannot be read: {problem}.") from None
    return value if isinstance(value, dict) else {}


def _pyarrow(what: str) -> Any:
    try:
        import pyarrow
        import pyarrow.ipc
    except ImportError:
        raise InputError(
            f"{what} is read by pyarrow, which is not installed. Install it: pip install 'workbench[parquet]'."
        ) from None
    return pyarrow
