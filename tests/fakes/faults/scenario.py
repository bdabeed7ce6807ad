"""`Scenario`: one way in which a provider can behave or fail, and what a caller is promised then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fakes.server.responses import Received, Response
from fakes.wordings.cases import ANSWER

Answer = Response | Callable[[Received], Response]


@dataclass(frozen=True)
class Promise:
    """What follows from how a call ends: is its reply kept, may it have been billed, and how often may it be sent?

    `most_requests` counts the requests of one call when each of them meets the same fault; None is our attempt limit.
    """

    kept: bool
    billed: bool
    most_requests: int | None


_OUTCOME = Promise(kept=True, billed=True, most_requests=1)
_REFUSED = Promise(kept=False, billed=False, most_requests=1)
_WAITED = Promise(kept=False, billed=False, most_requests=None)
_UNKNOWN = Promise(kept=False, billed=True, most_requests=2)

PROMISES: Mapping[str, Promise] = {
    **dict.fromkeys(("answered", "thinking_exhausted", "answer_truncated", "empty", "refused", "tool_call"), _OUTCOME),
    **dict.fromkeys(("AuthError", "BadRequest", "NotFound", "Redirected", "QuotaExhausted"), _REFUSED),
    **dict.fromkeys(("RateLimited", "ServerBusy", "NotSent"), _WAITED),
    **dict.fromkeys(("OutcomeUnknown", "StreamCut", "StreamError", "BadResponse"), _UNKNOWN),
}
"""By the outcome of a reply, or by the class of an error."""


@dataclass(frozen=True)
class Scenario:
    """What the server does to a plain and to a streamed request, and the outcome or error class that is promised.

    A scenario is a script of `FakeServer`. `expect_plain` stands where the two requests end differently. One that
    `hangs` is ended only by the caller's own timeout, which must be below 5 seconds; one that does not listen has no
    server at all. `partial` says that a streamed reply had begun with the thinking of `fakes.wordings.cases` when it
    broke. `answer` is what an answered call reads, `retry_after_seconds` what the server asks for, and `most_requests`
    replaces the number that the class promises.
    """

    name: str
    plain: Answer
    streamed: Answer
    expect: str
    expect_plain: str | None = None
    answer: str = ANSWER
    hangs: bool = False
    listens: bool = True
    partial: bool = False
    most_requests: int | None = None
    retry_after_seconds: float | None = None

    def __call__(self, request: Received) -> Answer:
        return self.streamed if request.streamed else self.plain

    def ends(self, *, streamed: bool) -> str:
        """The outcome, or the name of the error class, that a call must end with."""
        return self.expect if streamed or self.expect_plain is None else self.expect_plain

    def promise(self, *, streamed: bool) -> Promise:
        promise = PROMISES[self.ends(streamed=streamed)]
        return promise if self.most_requests is None else Promise(promise.kept, promise.billed, self.most_requests)
