"""Keys: found in the environment or a `.env`, held so that they cannot be shown, and kept out of all that leaves."""

from __future__ import annotations

import html
import json
import os
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from workbench.base import regular_expressions as re
from workbench.base.files import folders_upward, not_ones_own
from workbench.errors import AuthError, InputError, warn

MASK = "[key]"
_LONG_BEGINNING = 12
SHORTEST_REPLACED = 8
"""A shorter key is not looked for by its value: as part of ordinary words it would blot out half of a text."""

# Where a key may start: not inside a word, but right after an escape of JSON, an address, or a terminal's colours.
_START = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2})|(?<=[0-9;]m))"
_SHAPES = re.compile(
    _START + r"(?:"
    # Hyphenated words are keys only with a digit in them: scikit-learn has CSS classes like sk-toggleable__label.
    r"c?sk-(?:[A-Za-z0-9]{20,}|(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{20,})"
    r"|sk_[A-Za-z0-9-]{24,}|gsk_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}|fw_[A-Za-z0-9]{16,}"
    r"|AIza[A-Za-z0-9_-]{30,}|xai-[A-Za-z0-9]{20,}|nvapi-[A-Za-z0-9_-]{20,}|pplx-[A-Za-z0-9]{20,}"
    r"|tgp_v1_[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}"
    r"|(?i:bearer)(?:[ \t]+|%20)(?=[A-Za-z._~+/=-]*[0-9])[A-Za-z0-9._~+/=-]{16,}"
    r")[A-Za-z0-9_-]*"
)
# Where an alternative may begin: at a sign that most texts seldom have, behind these. A search for one literal sign is
# the quickest there is; one for each alternative takes four times as long.
_SIGNS = (
    (re.compile(r"-(?<=sk-|ai-|pi-|lx-)"), ("sk-", "xai-", "nvapi-", "pplx-")),
    (
        re.compile(r"_(?<=sk_|hf_|r8_|fw_|v1_|h[pousr]_)"),
        ("sk_", "gsk_", "hf_", "r8_", "fw_", "tgp_v1_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    ),
    (re.compile(r"z(?<=AIz)"), ("AIz",)),
    (re.compile(r"K(?<=AK)"), ("AK",)),
)
_BEARER = re.compile("bearer", re.IGNORECASE)

_spellings: Callable[[], tuple[str, ...]] = lambda: ()  # noqa: E731 - of what is known, see note_secret
_lock = threading.Lock()
_from_files: dict[tuple[Path, str], tuple[tuple[int, int], Secret | None]] = {}


class Secret:
    """A secret whose value comes out of `reveal` only, which is called where a request is sent.

    `found_in` names the place in the error for a value that no request could carry; the value itself is never shown.

    >>> Secret("  sk-not-a-real-key ")
    Secret([key])
    """

    __slots__ = ("_spellings",)

    def __init__(self, value: str, *, found_in: str = "the key") -> None:
        wrong = _what_is_wrong(value)
        if wrong:
            value = MASK  # a traceback that prints local variables must not print this one
            raise AuthError(f"{found_in} {wrong}; check what was pasted")
        spellings = _escaped(value.strip())
        # In a closure, not in an attribute: a debugger or a variable inspector would list an attribute's value.
        self._spellings: Callable[[], tuple[str, ...]] = lambda: spellings
        note_secret(spellings[0])

    def reveal(self) -> str:
        """The value itself, for the one place that sends it."""
        return self._spellings()[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return format(repr(self), specification)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


def _what_is_wrong(value: object) -> str | None:
    if not isinstance(value, str):
        return f"is of type {type(value).__name__}, and must be text"
    word = value.strip()
    if not word:
        return "is empty"
    if word[0] in "\"'":
        return "has quotation marks around it"
    if not word.isascii() or not word.isprintable() or " " in word:
        return "must be one word of printable ASCII, without blanks or line breaks"
    return None


def _escaped(value: str) -> tuple[str, ...]:
    """The value, then how it looks inside JSON, HTML and an address, where that differs."""
    return tuple(
        dict.fromkeys((value, json.dumps(value)[1:-1], html.escape(value), urllib.parse.quote(value, safe="")))
    )


def note_secret(value: str) -> None:
    """Keep a value that is no `Secret` out of all that leaves: a credential that a user gave in a header or a query."""
    global _spellings
    value = value.strip()
    if len(value) < SHORTEST_REPLACED:
        return
    with _lock:
        if value not in _spellings():
            known = {*_spellings(), *_escaped(value)}
            # In a closure, as in a Secret. Longest first, so that a key which contains another goes as a whole.
            ordered = tuple(sorted(known, key=len, reverse=True))
            _spellings = lambda: ordered  # noqa: E731


def find_secret(variable: str) -> Secret | None:
    """Find the key of a variable: in the environment, else in the nearest `.env` that has it, from here upward.

    None where nobody has it. A `.env` is read, and never put into the environment, where every child process would see
    it; one that others could have written is passed over with a warning. Raises `AuthError` for a value that cannot be
    a key.
    """
    if os.environ.get(variable, "").strip():
        return Secret(os.environ[variable], found_in=variable)
    for folder in folders_upward():
        path = folder / ".env"
        if os.path.isfile(path):  # pathlib raises where the folder may not be looked into
            reason = not_ones_own(path)
            key = _from_file(path, variable) if reason is None else None
            if key is not None:
                return key
            if reason is not None and _value(path, variable):
                instead = f"{variable} in the environment takes its place"
                warn(f"{path} has {variable}, and {reason}: it is passed over. {instead}")
    return None


def _from_file(path: Path, variable: str) -> Secret | None:
    status = path.stat()
    stamp = (status.st_mtime_ns, status.st_size)
    kept = _from_files.get((path, variable))
    if kept is None or kept[0] != stamp:
        # Only the variable that was asked for is kept: the rest of the file is not ours to remember.
        kept = _from_files[path, variable] = (stamp, _named(path, variable))
    return kept[1]


def _named(path: Path, variable: str) -> Secret | None:
    # No local variable here holds a value of the file: a traceback may print them all.
    if not _value(path, variable):
        return None
    return Secret(_value(path, variable), found_in=f"{variable} in {path}")


def _value(path: Path, variable: str) -> str:
    import dotenv

    try:
        return (dotenv.dotenv_values(path, interpolate=False, encoding="utf-8-sig").get(variable) or "").strip()
    except PermissionError:
        return ""
    except UnicodeDecodeError:
        pass
    # Raised out here because the error of the decoder holds the whole file, and would stay attached to ours.
    raise InputError(f"{path} is not UTF-8; save it as UTF-8")


def redact(text: str) -> str:
    """The text without any key that this process knows, however escaped, or anything of a key's shape.

    >>> redact("Incorrect API key provided: " + "sk-" + "abcdefghijklmnop1234")
    'Incorrect API key provided: [key]'
    """
    text = without_known(text)
    pieces, end = [], 0
    for start, stop in sorted(_shapes_in(text)):
        if start >= end:
            pieces += [text[end:start], MASK]
        end = max(end, stop)
    return "".join([*pieces, text[end:]])


def _shared(spelling: str, text: str, at: int) -> int:
    """How many letters of a key stand at a place of a text."""
    return next((n for n, letter in enumerate(spelling) if not text.startswith(letter, at + n)), len(spelling))


def without_known(text: str, *, cut: bool = False) -> str:
    """The text without any key that this process knows; what only has a key's shape stays.

    Of a text that was `cut` somewhere, the beginning of a key at its end goes, too, and a longer one anywhere in it.

    >>> Secret("a-key-that-a-server-echoes")
    Secret([key])
    >>> without_known("you sent a-key-that-a", cut=True)
    'you sent [key]'
    """
    for spelling in _spellings():
        if spelling in text:
            text = text.replace(spelling, MASK)
    for spelling in _spellings() if cut else ():
        while len(spelling) > _LONG_BEGINNING and (at := text.find(spelling[:_LONG_BEGINNING])) >= 0:
            text = text[:at] + MASK + text[at + max(_shared(each, text, at) for each in _spellings()) :]
    for spelling in _spellings() if cut else ():
        lengths = range(min(len(spelling), len(text)), SHORTEST_REPLACED - 1, -1)
        begun = next((length for length in lengths if text.endswith(spelling[:length])), 0)
        if begun:
            return text[: len(text) - begun] + MASK
    return text


class Unkeyed:
    """A text that comes in pieces, without the keys that this process knows, however they are cut.

    Nothing is held back but what begins as a key does, from its first `SHORTEST_REPLACED` letters on.

    >>> Secret("a-key-that-a-server-echoes")
    Secret([key])
    >>> text = Unkeyed()
    >>> text.feed("you sent a-k"), text.feed("ey-that-a-ser"), text.feed("ver-echoes, 9"), text.close()
    ('you sent a-k', '', '[key], 9', '')
    """

    def __init__(self) -> None:
        self._told = ""  # the end of what was handed out
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be shown by now."""
        spellings = _spellings()
        if not spellings:
            return text
        whole, place = self._told + self._held + text, len(self._told)
        shown: list[str] = []
        begun = 0  # where a key can begin: behind the last one
        while found := min(((at, word) for word in spellings if (at := whole.find(word, begun)) >= 0), default=None):
            shown += [whole[place : found[0]], MASK]
            begun = place = found[0] + len(found[1])
        end = len(whole)
        for word in spellings:
            at = whole.find(word[:SHORTEST_REPLACED], max(begun, len(whole) - len(word)))
            while 0 <= at < end:
                if word.startswith(whole[at:]):
                    end = at
                at = whole.find(word[:SHORTEST_REPLACED], at + 1)
        end = max(end, place)
        self._told, self._held = whole[max(begun, end - len(spellings[0])) : end], whole[end:]
        return "".join([*shown, whole[place:end]])

    def close(self) -> str:
        """End the text: what was held back is the beginning of a key."""
        held, self._held = self._held, ""
        return MASK if held else ""


def without_secrets(value: Any) -> Any:
    """JSON without any key that this process knows: the same object where it holds none, as it nearly always does.

    >>> Secret("a-key-that-a-server-echoes")
    Secret([key])
    >>> without_secrets({"choices": [{"message": {"content": "you sent a-key-that-a-server-echoes"}}]})
    {'choices': [{'message': {'content': 'you sent [key]'}}]}
    """
    if not _spellings():
        return value
    text = json.dumps(value)
    return json.loads(shorter) if (shorter := without_known(text)) != text else value


def holds_known(text: str) -> bool:
    """Whether a text of JSON holds a key that this process knows, as `json.dumps` or an ordinary server writes it."""
    return any(spelling in text for spelling in _spellings())


def secrets_in(text: str) -> list[str]:
    """Where a text holds a known key or something of a key's shape: places in their order, never the values.

    >>> secrets_in("first line\\nkey = gsk_aaaaaaaaaaaaaaaaaaaaaaaa")
    ['something of the shape of a key in line 2']
    """
    found = [(start, "something of the shape of a key") for start, _ in _shapes_in(text)]
    for spelling in _spellings():
        if spelling in text:
            found += [(match.start(), "a key of this process") for match in re.finditer(re.escape(spelling), text)]
    places: dict[str, None] = {}
    line, counted = 1, 0
    for position, what in sorted(found):
        line += text.count("\n", counted, position)
        counted = position
        places[f"{what} in line {line}"] = None
    return list(places)


def _shapes_in(text: str) -> Iterator[tuple[int, int]]:
    """Where anything of a key's shape begins and ends: tried only where one may begin, for most texts have none."""
    for sign, beginnings in _SIGNS:
        for found in sign.finditer(text):
            for beginning in beginnings:
                if text.endswith(beginning, 0, found.end()):
                    yield from _tried(text, found.end() - len(beginning), beginning)
    # Lower case has another length in a few scripts; the search that knows of case is ten times as slow.
    if not text.isascii() or "bearer" in text.lower():
        for found in _BEARER.finditer(text):
            yield from _tried(text, found.start(), "bearer")


def _tried(text: str, start: int, beginning: str) -> Iterator[tuple[int, int]]:
    # An sk- may have a letter before it.
    for place in (start - 1, start) if beginning == "sk-" and text[start - 1 : start] == "c" else (start,):
        if match := _SHAPES.match(text, place):
            yield match.span()
            return
