"""Whether a host answers at all: while it does not, one call at a time tries it, and a few tries are enough."""

from __future__ import annotations

MOST_TRIES = 4
"""Tries in a row, of all calls together, before a host that has never answered is given up."""

MOST_TRIES_OF_ONE_THAT_ANSWERED = 8
LONGEST_PAUSE = 60
"""Between two tries, in first pauses."""

FORGOTTEN_AFTER = 120
"""In first pauses: a host that was given up longer ago than this gets all of its tries again."""

SECONDS_TO_BREAK = 1.0


class Circuit:
    """A circuit breaker for one host (Nygard, Release It!, 2007), told the time; whoever asks holds the calls back.

    Until a first connection is made, and after one that failed, one call at a time goes out. Failures in a row are
    counted for all calls together. `given_up` tells that there were too many: whoever waits fails then, and each call
    that comes later is one try, so that the host is back with the first that it answers.

    >>> circuit = Circuit()
    >>> for second in range(4):
    ...     circuit.sent(second)
    ...     circuit.failed(second, second + 0.1)
    >>> circuit.given_up, circuit.wait_seconds(4.0)
    (True, 0.0)
    >>> circuit.answered()
    True
    >>> circuit.given_up
    False
    """

    def __init__(self, first_pause_seconds: float = 0.5, *, holds: bool = True) -> None:
        self.failures = 0
        self._first_pause = first_pause_seconds
        self._has_answered = False
        self._known_at = float("-inf")
        self._try_at = 0.0
        self._trying: float | None = None  # since when the one call is under way that all others wait for
        self._holds = holds
        self._breaks = False

    @property
    def given_up(self) -> bool:
        most = MOST_TRIES_OF_ONE_THAT_ANSWERED if self._has_answered else MOST_TRIES
        return self.failures >= most

    def wait_seconds(self, now: float) -> float | None:
        """Seconds until a call may go out; 0 for now, None until the one that is under way comes to something."""
        if self.failures and now - self._known_at > FORGOTTEN_AFTER * self._first_pause:
            self.failures = 0
        if not self._holds:
            return 0.0
        if self._trying is not None:
            return None
        return 0.0 if self.given_up else max(0.0, self._try_at - now)

    def sent(self, now: float) -> None:
        if self._holds:
            self._trying = now

    @property
    def holds(self) -> bool:
        """Whether one call at a time goes out."""
        return self._holds

    def connected(self, sent_at: float, now: float) -> bool:
        """A request could be written; tell whether the others may go now.

        Where connections were made and broke, they may only after a while in which this one did not.
        """
        if self._holds and (not self._breaks or now - sent_at >= SECONDS_TO_BREAK) and sent_at == self._trying:
            self._trying, self._holds = None, False
        return not self._holds

    def answered(self) -> bool:
        """The host sent a status, whatever it says; tell whether that changes anything."""
        news = self._holds or self.failures > 0 or not self._has_answered
        self.failures, self._has_answered, self._breaks = 0, True, False
        self._trying, self._holds = None, False
        return news

    def failed(self, sent_at: float, now: float, *, broke: bool = False, asked_seconds: float = 0.0) -> None:
        """No connection could be made, or, if it `broke`, it ended before a status; once for calls sent together.

        `asked_seconds` is the pause that the host asks for, if it says anything at all.
        """
        if sent_at < self._known_at and sent_at != self._trying:
            return
        self.failures += 1
        self._known_at, self._breaks = now, broke
        pause = min(2 ** (self.failures - 1), LONGEST_PAUSE) * self._first_pause
        self._try_at = now + max(pause, asked_seconds)
        self._trying, self._holds = None, True

    def is_trying(self, sent_at: float) -> bool:
        """Whether this is the one call that all others wait for."""
        return sent_at == self._trying

    def dropped(self, sent_at: float) -> None:
        """A call went away before it came to anything."""
        if sent_at == self._trying:
            self._trying = None
