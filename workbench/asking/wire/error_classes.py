"""Which class of error an error status is: by its number, by the words beside it, and by who says them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from workbench.asking.wire.error_bodies import has_error_object
from workbench.asking.wire.error_words import (
    BY_A_FIREWALL,
    FLAGGED_WORDS,
    GATEWAYS_WORDS,
    KEY_AND_MODEL,
    KEY_WORDS,
    MISTAKE_IN_REQUEST,
    NO_MODEL_WORDS,
    OF_A_KEY,
    ON_THE_WAY,
    ONE_MINUTE,
    QUOTA_WORDS,
)
from workbench.asking.wire.pages import is_page
from workbench.base import regular_expressions as re
from workbench.errors import (
    AuthError,
    BadRequest,
    Blocked,
    CallError,
    NotFound,
    OutcomeUnknown,
    QuotaExhausted,
    RateLimited,
    Redirected,
    Scope,
    ServerBusy,
)

Kind: TypeAlias = tuple[type[CallError], Scope | None]
"""A class of error, and what it concerns where that is not what the class says."""

_BY_STATUS: Final[Mapping[int, type[CallError]]] = {
    **dict.fromkeys((404, 405, 410), NotFound),
    407: AuthError,
    **dict.fromkeys((408, 409, 424, 425, 498), ServerBusy),
}
_UNDOUBTED: Final = (401, 402, 407, 429)
"""What these mean is the same, whoever says it, and be it in a page."""
_REFUSED_ON_THE_WAY: Final = (403, 406, 418, 444, 451)
_OF_A_MODEL: Final = re.compile(r"model|limit reached for \S+ (in|on) ")
_DAILY_LIMIT: Final = re.compile(r"\bTPD\b|\bRPD\b|per ?day|daily", re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """A reply with an error status: its words in lower case, its body, and whether it says when to ask again."""

    status: int
    text: str
    body: object
    waits: bool = False

    def says(self, those: Iterable[str]) -> bool:
        """Whether any of some words stands in it."""
        return any(word in self.text for word in those)

    @property
    def is_of_the_provider(self) -> bool:
        """Whether it is in the shape, or at least in the words, of an API, and not of something before it."""
        if BY_A_FIREWALL.search(self.text):
            return False
        return has_error_object(self.body) or bool(OF_A_KEY.search(self.text))


def kind_of(refusal: Refusal) -> Kind:
    """The class of a refusal, by the first reading that knows it; what none knows is a mistake in the request.

    >>> kind_of(Refusal(429, "too many requests", None))[0].__name__, kind_of(Refusal(418, "a teapot", {}))[0].__name__
    ('RateLimited', 'BadRequest')
    """
    return next((kind for reading in _READINGS if (kind := reading(refusal))), (BadRequest, None))


def _redirect(refusal: Refusal) -> Kind | None:
    return (Redirected, None) if 300 <= refusal.status < 400 else None


def _page(refusal: Refusal) -> Kind | None:
    """HTML where an API writes JSON: of something on the way, or of a server that cannot read the request."""
    status = refusal.status
    if not is_page(refusal.body) or status in _UNDOUBTED:
        return None
    if status in _REFUSED_ON_THE_WAY or ((status < 500 or status == 501) and ON_THE_WAY.search(refusal.text)):
        return Blocked, None
    return (BadRequest, None) if status in (400, 422) else None


def _limit(refusal: Refusal) -> Kind | None:
    """Too much for now, which frees itself, or for good: nothing is left of a sum, or of the day."""
    if refusal.status == 402:
        # OpenRouter sets a budget aside for what is in flight: with a time to wait, it frees itself.
        return (RateLimited if refusal.waits else QuotaExhausted), None
    if refusal.status in (400, 403, 412):
        return (QuotaExhausted, None) if refusal.says(QUOTA_WORDS) else None
    if refusal.status != 429:
        return None
    of_the_day = _DAILY_LIMIT.search(refusal.text)
    if ONE_MINUTE.search(refusal.text) and not of_the_day:
        return RateLimited, None
    if refusal.says(QUOTA_WORDS):
        return QuotaExhausted, None
    if not of_the_day:
        return RateLimited, None
    return QuotaExhausted, "model" if _OF_A_MODEL.search(refusal.text) else None


def _prompt(refusal: Refusal) -> Kind | None:
    return (BadRequest, None) if refusal.status in (400, 403, 422) and refusal.says(FLAGGED_WORDS) else None


def _model(refusal: Refusal) -> Kind | None:
    return (NotFound, None) if refusal.status in (400, 401, 403, 422) and refusal.says(NO_MODEL_WORDS) else None


def _key(refusal: Refusal) -> Kind | None:
    """A key that is none, or may not do this; and what something before the provider may have refused in its place."""
    if refusal.status == 400:
        return (AuthError, None) if refusal.says(KEY_WORDS) else None
    if refusal.status in (406, 451):
        return None if refusal.is_of_the_provider else (Blocked, None)
    if refusal.status not in (401, 403):
        return None
    if KEY_AND_MODEL.search(refusal.text) and not refusal.says(KEY_WORDS):
        return AuthError, "model"
    return (AuthError if refusal.status == 401 or refusal.is_of_the_provider else Blocked), None


def _server(refusal: Refusal) -> Kind | None:
    """A server that errs; some answer 500 to whatever they refuse, and their words tell what it is."""
    if refusal.status < 500:
        return None
    if refusal.status == 500 and MISTAKE_IN_REQUEST.search(refusal.text):
        return BadRequest, None
    if refusal.status == 524:  # the edge gave up waiting: what is behind it goes on, and is billed
        return OutcomeUnknown, None
    usual = BadRequest if refusal.status == 501 else ServerBusy
    return next((kind for words, kind in GATEWAYS_WORDS.items() if refusal.says(words)), usual), None


def _status(refusal: Refusal) -> Kind | None:
    kind = _BY_STATUS.get(refusal.status)
    return (kind, None) if kind else None


_READINGS: Final[tuple[Callable[[Refusal], Kind | None], ...]] = (
    _redirect,
    _page,
    _limit,
    _prompt,
    _model,
    _key,
    _server,
    _status,
)
"""What a refusal may be, in the order in which it is asked: what comes first outranks what comes later."""
