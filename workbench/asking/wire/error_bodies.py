"""The error that a body or a chunk holds, wherever a provider puts it, in the form that the others use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from workbench.asking.wire.error_words import BY_WORDS

_BY_MINIMAX: Final[Mapping[int, str]] = {
    **dict.fromkeys((1002, 1039, 1041, 2045), "rate_limit_error"),
    **dict.fromkeys((1004, 2049), "authentication_error"),
    **dict.fromkeys((1008, 2056), "insufficient_quota"),
    **dict.fromkeys((1026, 1027, 1042, 2013), "invalid_request_error"),
}
"""The types that MiniMax's codes stand for: too many calls, the key, the account, the input."""

_WORDS: Final = (
    *("message", "msg", "detail", "error_msg", "error_message", "status_msg", "errormessage", "errmsg", "faultstring"),
    *("error_description", "description", "reason", "title"),
)
"""Names, in lower case, under which an error says in words what it is; the first that is there is taken."""

_CODES: Final = (
    *("code", "status", "statuscode", "status_code", "error_code", "errorcode", "errcode", "http_status", "httpcode"),
    *("http_code", "errortype", "error_type", "type"),
)
"""Names, in lower case, under which it says what kind of error it is."""

_SIGNS: Final = frozenset({*_CODES, "success", "error_msg", "errmsg", "errormessage", "stacktrace"})
_ERRORS_OWN: Final = ("fault", "error", "err", "exception")
_WRAPPERS: Final = (*_ERRORS_OWN, "response", "result", "data")
_OF_A_REPLY: Final = frozenset({"choices", "output", "usage", "delta", "model"})
_MOST_BESIDE_WORDS: Final = 3  # fields of a body that says nothing but words, and perhaps an id
_DEEPEST: Final = 4
_MOST_NESTED_CHARACTERS: Final = 65_536


class InPlace(dict[str, Any]):
    """An error that a gateway wrote where a reply should be: its code and its words are all there is to go by."""


def error_in(body: object) -> object:
    """The error object (or text) of a body or chunk; None where it holds none.

    Gemini sends a list of one; MiniMax a `base_resp`, whose code is 0 when all is well; OpenRouter an error in the
    first choice; others `errors`, or the error's own fields in place of a completion; gateways wrap it once more.

    >>> error_in([{"error": {"code": 400, "message": "no such field"}}])
    {'code': 400, 'message': 'no such field'}
    >>> error_in({"choices": None, "base_resp": {"status_code": 1004, "status_msg": "login fail"}})
    {'code': 1004, 'message': 'login fail', 'type': 'authentication_error'}
    >>> error_in({"choices": [{"delta": {"content": "9"}}], "base_resp": {"status_code": 0}})
    >>> error_in({"statusCode": 503, "body": '{"message": "no worker is free"}'})
    {'message': 'no worker is free', 'code': 503}
    """
    if isinstance(body, list):
        return error_in(body[0]) if body and isinstance(body[0], Mapping) and "error" in body[0] else None
    if not isinstance(body, Mapping):
        return None
    error = body.get("error")
    if error:
        return error
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(first, Mapping) and first.get("error"):
        return first["error"]
    if says_it_failed(body):
        return _minimax(body["base_resp"])
    return _in_place_of_choices(body) if choices is None else None


def says_it_failed(body: Mapping[str, Any]) -> bool:
    """Whether a body says that the request failed though it has a message with a finish reason, as MiniMax's may."""
    answer = body.get("base_resp")
    return isinstance(answer, Mapping) and str(answer.get("status_code") or 0) != "0"


def has_error_object(body: object) -> bool:
    """Whether a body has an error in the shape of an API for models: an object under `error` that says something."""
    if isinstance(body, list):
        return bool(body) and has_error_object(body[0])
    if not isinstance(body, Mapping):
        return False
    error = body.get("error")
    return says_it_failed(body) or (isinstance(error, Mapping) and any(error.get(name) for name in ("message", "code")))


def in_lower_case(error: Mapping[Any, Any]) -> Mapping[str, Any]:
    """The fields of an error by their names without case, which a few gateways write large."""
    return {str(name).lower(): value for name, value in error.items()}


def _minimax(answer: Mapping[str, Any]) -> dict[str, Any]:
    code = answer.get("status_code")
    kind = _BY_MINIMAX.get(int(code)) if str(code).isdigit() else None  # type: ignore[arg-type]  # it is digits
    return {"code": code, "message": answer.get("status_msg"), **({"type": kind} if kind else {})}


def _in_place_of_choices(body: Mapping[str, Any]) -> object:
    plain = "error" in (body.get("object"), body.get("type"))
    if not _OF_A_REPLY.isdisjoint(body):
        names = in_lower_case(body).keys()
        named = plain or body.get("errors") or "detail" in body
        if not named and not (names & {"message", "msg"} and names & _SIGNS):
            return None
    told = _told(body, 0)
    return InPlace(told) if isinstance(told, Mapping) and not plain else told


def _told(body: Mapping[str, Any], deep: int) -> Any:
    """What an object says that is an error or holds one, in the names `code` and `message`; None where it is none."""
    fields = in_lower_case(body)
    errors = fields.get("errors")
    if isinstance(errors, list) and errors:
        return errors[0]
    code = next((fields[name] for name in _CODES if _is_code(fields.get(name))), None)
    coded = {"code": code} if code is not None else {}
    inner = _inner(fields, deep)
    if inner is not None:
        return {**inner, **{name: value for name, value in coded.items() if not _is_code(inner.get(name))}}
    said = _words(fields)
    if "detail" in body or "error" in (fields.get("object"), fields.get("type")):
        wrong = fields.get("detail")  # FastAPI lists what is wrong with the request, with its place
        placed = isinstance(wrong, list) and wrong and isinstance(wrong[0], Mapping) and "loc" in wrong[0]
        return {**body, **coded, **({"message": said} if said else {}), **({"code": 422} if placed else {})}
    if said is not None and not _SIGNS.isdisjoint(fields):
        return {**body, **coded, "message": said}
    if said is None or "message" not in fields or len(fields) > _MOST_BESIDE_WORDS:
        return None
    return {"message": said} if any(kind.search(said.lower()) for kind, _ in BY_WORDS) else None


def _words(fields: Mapping[str, Any]) -> str | None:
    return next((fields[name] for name in _WORDS if fields.get(name) and isinstance(fields[name], str)), None)


def _inner(fields: Mapping[str, Any], deep: int) -> dict[str, Any] | None:
    """The error within a wrapper: under another name, or written as JSON into a text."""
    if deep >= _DEEPEST:
        return None
    for name in _WRAPPERS:
        value = fields.get(name)
        if isinstance(value, Mapping) and value:
            told = _told(value, deep + 1)
            if isinstance(told, Mapping):
                return dict(told)
            if name in _ERRORS_OWN and told is None:
                words = _words(in_lower_case(value))
                return {**value, **({"message": words} if words else {})}
    text, status = fields.get("body"), str(fields.get("statuscode", ""))
    if "body" not in fields or status[:1] not in ("4", "5") or len(status) != 3:
        return None
    value = _read(text) if isinstance(text, str) else text
    if isinstance(value, Mapping):
        told = error_in(value) or _told(value, deep + 1)
        if isinstance(told, Mapping):
            return dict(told)
        words = _words(in_lower_case(value))
        return {"message": told or words or text or f"status {status}"}
    return {"message": str(value or text or f"status {status}")}


def _read(text: str) -> object:
    try:
        return json.loads(text) if len(text) <= _MOST_NESTED_CHARACTERS else text
    except (ValueError, RecursionError):
        return text


def _is_code(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool) and value != 0) or (
        isinstance(value, str) and value not in ("", "0", "error", "fail", "failed", "failure")
    )
