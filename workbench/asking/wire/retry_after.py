"""How long a provider asks to wait: in `Retry-After`, in a field of its error, or in the words of its message."""

from __future__ import annotations

import email.utils
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from workbench.base import regular_expressions as re

_MOST_CHARACTERS: Final = 8_000
_MOST_FIELDS: Final = 200
_FIELDS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("retrydelay", "retryafter", "retryafterseconds", "retryafters", "retryinseconds"), 1.0),
    **dict.fromkeys(("retryafterms", "retrydelayms", "retryaftermilliseconds"), 1e-3),
}
"""Names of fields, without case and signs, and the seconds of their unit."""

_SECONDS: Final[Mapping[str, float]] = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_LEAD: Final = re.compile(
    r"(?:(?:try|trying|retry|retrying|repeat)(?: again| your request| the request)?|wait|available|back|resets?)"
    r"(?: again)? ?(?:in|after|for|at least)?:?(?: at least| about| approximately| around| another)? ?(?=[\d.])",
    re.IGNORECASE,
)
_PART: Final = re.compile(
    r"(?P<number>\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})[ -]?"
    r"(?P<unit>milliseconds?|millis|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)"
    r"(?![a-z]),?(?: and)? ?",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)(?=[.,;!)\"']|\s*$)")
_CHINESE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,15})?) ?(毫秒|秒|分钟|小时) ?(?:后|之后|以后)")
_CHINESE_SECONDS: Final[Mapping[str, float]] = {"毫秒": 1e-3, "秒": 1.0, "分钟": 60.0, "小时": 3_600.0}


def pause_of(headers: Mapping[str, str], error: object, body: object = None) -> float | None:
    """Seconds that a provider asks to wait; None where it asks for none, or for something that is no time to wait.

    Headers come first, then the fields of the error and of the `body` around it, then words. A date is read by the
    provider's own clock, for ours may be wrong.

    >>> pause_of({"retry-after": "7"}, {"message": "Please try again in 6m0s."})
    7.0
    >>> pause_of({}, {"code": 429, "details": [{"@type": "…/google.rpc.RetryInfo", "retryDelay": "37s"}]})
    37.0
    >>> pause_of({}, {"message": "Rate limit reached for m. Please try again in 1m2.5s. See our pages."})
    62.5
    """
    found = _in_headers(headers)
    if found is None:
        told = (_of_field(name, value) for name, value in _fields([error, body]))
        found = next((seconds for seconds in told if seconds is not None), None)
    return _seconds_in_a_message(_message_of(error)) if found is None else found


def _in_headers(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except (ValueError, OverflowError):
            try:
                moment = email.utils.parsedate_to_datetime(value)
                now = email.utils.parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
                seconds = (moment - now).total_seconds() + 1.0
            except (TypeError, ValueError, OverflowError):
                continue  # a date that no calendar knows
        if (pause := _sane(seconds)) is not None:
            return pause
    return None


def _fields(error: object) -> Iterator[tuple[str, object]]:
    """The fields of an error that name a pause, with what stands in them, from outside in."""
    waiting, looked_at = [error], 0
    while waiting and looked_at < _MOST_FIELDS:
        place = waiting.pop(0)
        entries = place.items() if isinstance(place, dict) else enumerate(place) if isinstance(place, list) else ()
        for name, value in entries:
            looked_at += 1
            if looked_at > _MOST_FIELDS:
                return
            plain = re.sub(r"[\W_]", "", name[:40]).lower() if isinstance(name, str) else ""
            if plain in _FIELDS:
                yield plain, value
            elif isinstance(value, dict | list):
                waiting.append(value)


def _of_field(name: str, value: object) -> float | None:
    if isinstance(value, dict):  # a duration of protocol buffers
        return _sane(_number(value.get("seconds", 0)) + _number(value.get("nanos", 0)) * 1e-9)
    if isinstance(value, str):
        text = value.strip()[:80]
        return _sane(_number(text) * _FIELDS[name]) or _duration(text)
    return _sane(_number(value) * _FIELDS[name])


def _seconds_in_a_message(text: str) -> float | None:
    for lead in _LEAD.finditer(text):
        if (seconds := _duration(text, lead.end())) is not None:
            return seconds
        if bare := _BARE.match(text, lead.end()):
            return _sane(float(bare[1]))
    if found := _CHINESE.search(text):
        return _sane(float(found[1]) * _CHINESE_SECONDS[found[2]])
    return None


def _duration(text: str, start: int = 0) -> float | None:
    """The seconds of a duration such as `6m0s`, `577.5ms` or `1 minute and 3 seconds`, which begins at `start`."""
    seconds, place = 0.0, start
    while part := _PART.match(text, place):
        unit = part["unit"].lower()
        seconds += float(part["number"]) * _SECONDS["ms" if unit.startswith(("ms", "milli")) else unit[0]]
        place = part.end()
    return _sane(seconds)


def _message_of(error: object) -> str:
    if isinstance(error, Mapping):
        words = (error.get(name) for name in ("message", "msg", "detail", "error", "reason", "error_msg"))
        metadata = error.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
        return " ".join(text for text in (*words, raw) if isinstance(text, str))[:_MOST_CHARACTERS]
    return error[:_MOST_CHARACTERS] if isinstance(error, str) else ""


def _number(value: object) -> float:
    """A number, or one written as text; not a number otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return float("nan")
    try:
        return float(value)
    except (ValueError, OverflowError):
        return float("nan")


def _sane(seconds: float) -> float | None:
    return seconds if 0 < seconds < float("inf") else None
