"""Search over all that is kept: an index of full texts (SQLite FTS5) beside the store, built on demand.

The index is a copy that can be thrown away: it is brought up to date by every search, forgets what `delete` forgets,
and is built anew where it is damaged. It holds what the store holds, in full, and is as private: texts as they are
compared, without capitals and with letters and their accents as one. Passages come from the replies themselves.
"""

from __future__ import annotations

import bisect
import contextlib
import os
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from workbench.base import regular_expressions as re
from workbench.cache.kept import Cache, current
from workbench.cache.rereading import read_reply
from workbench.errors import ConfigError, InputError, StoreCorrupt, WorkbenchError
from workbench.replies.reply import Record

if TYPE_CHECKING:
    import pandas as pd

INDEX: Final = "search.db"
SCHEMA: Final = 2
_AT_ONCE: Final = 200
_BUSY_SECONDS: Final = 30.0
_LONGEST_TEXT: Final = 4_000_000
LONGEST_QUERY: Final = 1_000
"""Characters that may be searched for at once."""

_LEAST_PART: Final = 3
_INDEXED: Final = 24
"""Characters of the longest word that the index is asked for: the more of them, the longer it looks."""

Place = Literal["thinking", "answer", "question", "anywhere"]
_PLACES: Final = ("thinking", "answer", "question")
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE IF NOT EXISTS replies (id INTEGER PRIMARY KEY, key TEXT UNIQUE, kept INTEGER, model TEXT, "
    "created_at TEXT, thinking TEXT, answer TEXT, question TEXT)",
    # Three letters at a time, so that Chinese, Japanese and parts of words are found as well.
    "CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5(thinking, answer, question, content='replies', "
    "content_rowid='id', tokenize='trigram')",
    "CREATE TRIGGER IF NOT EXISTS put AFTER INSERT ON replies BEGIN INSERT INTO texts(rowid, thinking, answer, "
    "question) VALUES (new.id, new.thinking, new.answer, new.question); END",
    "CREATE TRIGGER IF NOT EXISTS gone AFTER DELETE ON replies BEGIN INSERT INTO texts(texts, rowid, thinking, answer, "
    "question) VALUES ('delete', old.id, old.thinking, old.answer, old.question); END",
)


@dataclass(frozen=True)
class _Held:
    """What is kept of a reply, its texts by their places."""

    model: str
    created_at: str
    texts: dict[str, str]


@dataclass(frozen=True)
class _Found:
    key: str
    model: str
    created_at: str
    where: str
    passage: str
    place: int


def search(text: str, *, where: Place = "thinking", model: str | None = None, limit: int = 50) -> pd.DataFrame:
    """Find kept replies in whose thinking (or answer, question, anywhere) a text stands; the newest first.

    Capitals make no difference (ß is ss), nor does whether an accent is a character of its own, or whether blanks or
    the end of a line stand between words; parts of words and every script are found. One line a reply: its key, model,
    date, where the text stands (`where`, `place` in characters) and the passage around it; `wb.cache.get(key)` is the
    whole. Of a reply that was bought again the one in force is found.
    The index is built by the first search and brought up to date by each. Raises InputError for a text that is empty or
    of more than 1,000 characters, ConfigError where SQLite has no FTS5.
    """
    from workbench.cache.found import Found

    if not isinstance(text, str) or not _plain(text).strip():
        raise InputError(f"the text to search for is {text!r}; give some words")
    if len(text) > LONGEST_QUERY:
        raise InputError(
            f"the text to search for has {len(text):,} characters ({text[:20]!r} …); give at most {LONGEST_QUERY:,}, "
            "such as one of its sentences"
        )
    if where not in (*_PLACES, "anywhere"):
        raise InputError(f"where is {where!r}; give one of thinking, answer, question, anywhere")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise InputError(f"limit is {limit!r}; give a whole number of at least 1")
    if model is not None and not isinstance(model, str):
        raise InputError(f"model is {model!r}; give its name as the rows have it, such as 'moonshot/kimi-k2.6'")
    places = _PLACES if where == "anywhere" else (where,)
    cache = current()
    found = _looked_up(cache, lambda connection: list(_matches(connection, cache, text, places, model, limit)))
    columns = ["model", "where", "passage", "place", "created_at", "key"]
    return Found([[getattr(one, name) for name in columns] for one in found], columns=columns)


def forget(folder: Path, *keys: str) -> None:
    """Take replies out of the index of a cache folder, if there is one; an index that cannot be changed is removed."""
    path = folder / INDEX
    if not os.path.lexists(path):
        return
    try:
        with contextlib.closing(_opened(path)) as connection, connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.executemany("DELETE FROM replies WHERE key = ?", [(key,) for key in keys])
            connection.execute("INSERT INTO texts(texts) VALUES ('optimize')")
    except sqlite3.Error:
        _remove(path)


def missing_reason() -> str | None:
    """Why nothing can be searched here; None where it can.

    >>> missing_reason() is None or "FTS5" in missing_reason()
    True
    """
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text, tokenize='trigram')")
        except sqlite3.Error as error:
            return (
                f"SQLite {sqlite3.sqlite_version} of this Python has no FTS5 with trigrams ({error}): nothing can be "
                "searched. Most builds of SQLite 3.34 and later have it; a Python from python.org or uv brings one"
            )
    return None


def _looked_up(cache: Cache, look: Callable[[sqlite3.Connection], list[_Found]]) -> list[_Found]:
    """Look into the index, up to date: built anew where it is damaged, and in memory where it cannot be written."""
    reason = missing_reason()
    if reason:
        raise ConfigError(reason)
    path = cache.folder / INDEX
    for _ in range(2):
        try:
            return _looked(_opened(path), cache, look)
        except sqlite3.OperationalError as error:
            if any(word in str(error) for word in ("readonly", "unable to open", "disk", "full", "locked")):
                break
            _remove(path)
        except (sqlite3.Error, UnicodeDecodeError, TypeError):  # what is damaged may be read, and be no text
            _remove(path)
    return _looked(_in_memory(), cache, look)


def _looked(
    connection: sqlite3.Connection, cache: Cache, look: Callable[[sqlite3.Connection], list[_Found]]
) -> list[_Found]:
    with contextlib.closing(connection):
        _bring_up_to_date(connection, cache)
        return look(connection)


def _opened(path: Path) -> sqlite3.Connection:
    there = os.path.lexists(path)
    if there and (path.is_symlink() or not path.is_file()):
        raise sqlite3.OperationalError(f"unable to open {path}: it is a link, which is not followed, or no file")
    if not there:
        with contextlib.suppress(OSError):  # nobody else reads what was asked and thought
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS)
    try:
        _prepare(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    _prepare(connection)
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT)")
        known = connection.execute("SELECT value FROM about WHERE name = 'schema'").fetchone()
        if known is not None and known[0] != str(SCHEMA):
            raise sqlite3.DatabaseError(f"an index of schema {known[0]!r}")
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute("INSERT OR IGNORE INTO about VALUES ('schema', ?)", (str(SCHEMA),))


def _remove(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")):
        with contextlib.suppress(OSError):
            name.unlink()


def _bring_up_to_date(connection: sqlite3.Connection, cache: Cache) -> None:
    """Put in what is new, and take out what is gone: linear in what changed, and in the number of keys."""
    known = dict(connection.execute("SELECT key, kept FROM replies"))
    if connection.execute("SELECT count(*) FROM texts_docsize").fetchone() != (len(known),):
        raise sqlite3.DatabaseError("the texts of the index are not those of its replies")
    kept = cache.kept_for_keys()
    gone = [key for key, count in known.items() if kept.get(key) != count]
    new = sorted(key for key, count in kept.items() if known.get(key) != count)
    with connection:
        connection.executemany("DELETE FROM replies WHERE key = ?", [(key,) for key in gone])
    for start in range(0, len(new), _AT_ONCE):
        found = cache.lookup_each(new[start : start + _AT_ONCE])
        lines = [
            (key, kept[key], held.model, held.created_at, *(folded(held.texts[place]) for place in _PLACES))
            for key, record in found.items()
            if (held := _held(record)) is not None
        ]
        with connection:
            connection.executemany(
                "INSERT OR IGNORE INTO replies (key, kept, model, created_at, thinking, answer, question) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                lines,
            )


def _held(record: Record | StoreCorrupt | None) -> _Held | None:
    if record is None or isinstance(record, StoreCorrupt):
        return None
    try:
        reply = read_reply(record)
    except (WorkbenchError, ValueError, KeyError, TypeError):  # one that cannot be read is found by no word
        return None
    texts = (reply.thinking, reply.answer, _question(record["request"]["body"]))
    return _Held(reply.model, reply.created_at, dict(zip(_PLACES, map(_plain, texts), strict=True)))


def _plain(text: str) -> str:
    return text[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def _question(body: dict[str, Any]) -> str:
    """The last words of the user."""
    for message in reversed(body.get("messages") or []):
        if isinstance(message, dict) and message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, str):
                return content
            if isinstance(content, list):
                return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""


def folded(text: str) -> str:
    """A text as it is compared: without capitals, a letter and its accents as one character.

    >>> folded("STRASSE") == folded("Straße"), folded("Cafe\u0301") == folded("CAFÉ"), folded("cafe") == folded("café")
    (True, True, False)
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def place_in(text: str, place: int) -> int:
    r"""The place in a text of what stands at a place of its folded form: lines are counted, then letters of one.

    >>> place_in("Maß\nFuß ja", folded("Maß\nFuß ja").index("ja"))
    8
    """
    start = 0
    for line in text.splitlines(keepends=True):
        length = len(folded(line))
        if place < length:
            lengths = range(len(line) + 1)
            return start + bisect.bisect_right(lengths, place, key=lambda end: len(folded(line[:end]))) - 1
        place, start = place - length, start + len(line)
    return start


def _matches(
    connection: sqlite3.Connection, cache: Cache, text: str, places: tuple[str, ...], model: str | None, limit: int
) -> Iterator[_Found]:
    parts = folded(_plain(text)).split()
    condition, values = _condition(max(parts, key=len)[:_INDEXED], places)
    if model is not None:
        condition, values = f"{condition} AND replies.model = ?", [*values, model]
    order = f"SELECT id FROM replies WHERE {condition} ORDER BY created_at DESC, key"
    line = "SELECT key, thinking, answer, question FROM replies WHERE id = ?"
    pattern = re.compile(r"\s+".join(map(re.escape, parts)))
    found = 0
    for number in connection.execute(order, values):  # texts are fetched one by one: not all are sorted, or looked at
        key, *texts = connection.execute(line, number).fetchone()
        indexed = dict(zip(_PLACES, texts, strict=True))
        match = next(((place, *match.span()) for place in places if (match := pattern.search(indexed[place]))), None)
        held = _held(cache.lookup_each([key]).get(key)) if match else None
        if match and held:
            found += 1
            where, written = match[0], held.texts[match[0]]
            start, end = (place_in(written, place) for place in match[1:])
            yield _Found(key, held.model, held.created_at, where, _passage(written, start, end), start)
        if found >= limit:
            return


def _condition(part: str, places: tuple[str, ...]) -> tuple[str, list[str]]:
    """What the texts have to hold; the pattern then looks closer."""
    if len(part) < _LEAST_PART:  # shorter than what the index knows: every text is read
        return f"({' OR '.join(f'instr(replies.{place}, ?) > 0' for place in places)})", [part] * len(places)
    phrase = '"' + part.replace('"', '""') + '"'
    return "replies.id IN (SELECT rowid FROM texts WHERE texts MATCH ?)", [f"{{{' '.join(places)}}} : {phrase}"]


def _passage(text: str, start: int, end: int, around: int = 60) -> str:
    left, right = max(0, start - around), min(len(text), end + around)
    return ("…" if left else "") + " ".join(text[left:right].split()) + ("…" if right < len(text) else "")
