"""The error that a body or a chunk holds, wherever a provider puts it, in the form that the others use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_BY_MINIMAX: Final[Mapping[int, str]] = {
    **dict.fromkeys((1002, 1039, 1041, 2045), "rate_limit_error"),
    **dict.fromkeys((1004, 2049), "authentication_error"),
    **dict.fromkeys((1008, 2056), "insufficient_quota"),
    **dict.fromkeys((1026, 1027, 1042, 2013), "invalid_request_error"),
}
"""The types that MiniMax's codes stand for: too many calls, the key, the account, the input."""

_WORDS: Final = ("message", "msg", "detail", "error_msg", "error_message", "status_msg", "title")
_SIGNS: Final = ("code", "type", "status", "statusCode", "status_code", "error_code", "error_msg", "success")


def error_in(body: object) -> object:
    """The error object (or text) of a body or chunk; None where it holds none.

    Gemini sends a list of one; MiniMax a `base_resp`, whose code is 0 when all is well; OpenRouter an error in the
    first choice; others `errors`, or the error's own fields in place of a completion.

    >>> error_in([{"error": {"code": 400, "message": "no such field"}}])
    {'code': 400, 'message': 'no such field'}
    >>> error_in({"choices": None, "base_resp": {"status_code": 1004, "status_msg": "login fail"}})
    {'code': 1004, 'message': 'login fail', 'type': 'authentication_error'}
    >>> error_in({"choices": [{"delta": {"content": "9"}}], "base_resp": {"status_code": 0}})
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


def _minimax(answer: Mapping[str, Any]) -> dict[str, Any]:
    code = answer.get("status_code")
    kind = _BY_MINIMAX.get(int(code)) if str(code).isdigit() else None  # type: ignore[arg-type]  # it is digits
    return {"code": code, "message": answer.get("status_msg"), **({"type": kind} if kind else {})}


def _in_place_of_choices(body: Mapping[str, Any]) -> object:
    errors = body.get("errors")
    if isinstance(errors, list) and errors:
        return errors[0]
    if "detail" in body or body.get("object") == "error" or body.get("type") == "error":
        return body
    words = next((body[name] for name in _WORDS if isinstance(body.get(name), str) and body[name]), None)
    if words is not None and any(name in body for name in _SIGNS):
        return {**body, "message": words}
    return None
