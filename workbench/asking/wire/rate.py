"""How fast a line of calls may send, learned from what its server refuses: pure arithmetic, told the time."""

from __future__ import annotations

import collections
from dataclasses import dataclass

GROWTH = 0.03
"""What each call that passes adds to the rate, as a part of the rate that was last measured or cut."""

SEARCH_GROWTH = 0.25
"""The same for a rate of which only a lower bound is known, of the rate as it stands."""

CUT = 0.85
"""What a refusal leaves of the rate."""

CATCH_UP = 0.25
"""Of a gap between two calls: so much of a late start may be made good by the next one."""

GAPS_AFTER_REFUSALS = (0.1, 0.2, 0.4)
"""Gaps between two calls to wait after the first refusal, which came just too early, and after the next ones."""

REFUSED_IN_A_ROW = 4
"""So many refusals one after another say that the server is dry, and that one probe at a time is enough."""

GAPS_BEFORE_PROBE = 1.2
"""Gaps between two calls before the first probe of a line whose rate is known."""

PASSED_IN_A_ROW = 12
"""When more than so many calls pass one after another, the rate grows with the square of their number."""

FIRST_PAUSE_SECONDS = 0.1
"""Before the first probe of a line whose rate is unknown."""

PAUSE_GROWTH = 1.4
LONGEST_PAUSE = 80
"""In first pauses."""

LEAST_SECONDS_TO_PASS = 0.03
"""A call that is not refused within this, or within four times what refusals took, is taken for passed."""

_LEAST_PAUSE_SECONDS = 0.02
_MOST_CREDIT = 4
_WRONG_GUESS = 2
_MOST_WRONG = 1
"""So many refusals in a row, of calls in the place of others, are put down to a server that counts those still."""

_LEAST_LATE_SECONDS, _MOST_LATE_SECONDS = 0.04, 0.25
_LATER, _SOONER = 2.5, 0.98
_RECENT = 8
_MOST_UNTRIED = 2
"""The rate may grow to so many times what has passed of late by calls that went in the place of others."""


@dataclass(eq=False, slots=True)
class Ticket:
    """One call that was sent: when, and whether only because another had ended, and left its place."""

    sent_at: float
    number: int = 0
    after_another: bool = False
    passed: bool = False


class Rate:
    """The rate of one line: unlimited until a server refuses a call, then kept near what the server lets through.

    Additive increase, multiplicative decrease (Chiu and Jain, 1989), on calls a second. A server that refuses several
    calls in a row is dry: one probe at a time is sent, at growing intervals. The first that passes ends the dry spell
    and gives the rate: what passed since the last one ended, divided by the time between.

    Some servers count calls at once rather than by the second. So the number at work is learned, too: as many as were
    left when the last refusal came, and more where more pass. While fewer are under way, the next goes at once, as long
    as that keeps working; for such a server a pause that it asks for is a word about calls beyond that number.

    >>> rate = Rate()
    >>> first, second = rate.send(0.0), rate.send(0.0)
    >>> rate.refused(second, 0.1)
    >>> round(rate.wait_seconds(0.1), 3)
    0.1
    """

    def __init__(self, first_pause_seconds: float = FIRST_PAUSE_SECONDS) -> None:
        self.per_second: float | None = None
        self.refused_since_pass = 0  # refusals that said something new since a call last passed
        self.still_since = float("inf")  # when the first of them came
        self._first_pause = first_pause_seconds
        self._step = 0.0
        self._cost = 1.0  # of a refusal, in calls that could have passed meanwhile
        self._searching = False
        self._next_at = 0.0
        self._not_before = 0.0
        self._dry = False
        self._dry_since = 0.0
        self._probe: Ticket | None = None
        self._probe_at = 0.0
        self._pause = first_pause_seconds
        self._bracketed = False
        self._in_a_row = 0
        self._passed_in_a_row = 0
        self._judged_at = float("-inf")
        self._refused_sent_at = float("-inf")
        self._spell_from = 0.0
        self._passed_in_spell = 0
        self._recent: collections.deque[float] = collections.deque(maxlen=1024)
        self._open: dict[Ticket, None] = {}
        self._seconds_to_refuse = self._spread = 0.0
        self._credit = 0
        self._at_work = self._serving = 0  # calls that are under way, and those of them that passed
        self._most_at_work = 0  # so many the server was seen to serve at once, at the last refusal or since
        self._sent = 0
        self._room_at = 0.0
        self._late = 0.0  # seconds for which the server still counts a call that has ended
        self._wrong_in_a_row = 0

    def wait_seconds(self, now: float) -> float:
        """Seconds until the next call may be sent; 0 when it may go now."""
        self._presume_passed(now)
        wait = self._wait_for_rate(now)
        if wait > 0 and self._has_room and self._probe is None:
            wait = min(wait, max(0.0, self._room_at - now))
        return wait

    def _wait_for_rate(self, now: float) -> float:
        if now < self._not_before:
            return self._not_before - now
        if self._dry:
            if self._probe is not None:
                return max(0.001, self._probe.sent_at + self._seconds_to_pass - now)
            return max(0.0, self._probe_at - now)
        return 0.0 if self.per_second is None else max(0.0, self._next_at - now)

    def send(self, now: float) -> Ticket:
        """Take the turn of one call."""
        self._sent += 1
        ticket = Ticket(now, self._sent, self._has_room and self._wait_for_rate(now) > 0)
        self._at_work += 1
        self._open[ticket] = None
        if self._dry:
            self._probe = ticket
        elif self.per_second is not None:
            gap = 1 / self.per_second
            self._next_at = max(self._next_at, now - CATCH_UP * gap) + gap
        return ticket

    def unsent(self, ticket: Ticket) -> None:
        """A call that had its turn did not go."""
        self._open.pop(ticket, None)
        self._at_work -= 1
        self._serving -= ticket.passed
        if ticket is self._probe:
            self._probe = None

    def ended(self, ticket: Ticket, now: float) -> None:
        """A call came to its end, in any way but a refusal."""
        self._pass(ticket, now)
        self._at_work -= 1
        self._serving -= 1
        if self._at_work < self._most_at_work:
            self._room_at = max(self._room_at, now + self._late)

    def refused(self, ticket: Ticket, now: float, asked_seconds: float | None = None) -> None:
        """A call was refused for coming too soon; `asked_seconds` is the pause that the server asks for."""
        self._open.pop(ticket, None)
        self._at_work -= 1
        if ticket.passed:  # it was slow to be refused
            self._serving -= 1
            self._passed_in_spell -= 1
            if ticket.sent_at in self._recent:
                self._recent.remove(ticket.sent_at)
        took = now - ticket.sent_at
        if self._seconds_to_refuse:
            self._spread = 0.75 * self._spread + 0.25 * abs(took - self._seconds_to_refuse)
            self._seconds_to_refuse += 0.25 * (took - self._seconds_to_refuse)
        else:
            self._seconds_to_refuse, self._spread = took, took / 2
        if ticket.after_another:
            self._guessed_wrong(now)
        else:
            self._most_at_work = max(self._at_work - (self._sent - ticket.number), self._serving)
        if asked_seconds and (self._credit < 0 or not ticket.after_another):
            self._not_before = max(self._not_before, now + asked_seconds)
        if ticket.after_another and ticket is not self._probe:
            return  # a guess that was wrong says nothing of the rate
        if ticket.sent_at < self._judged_at and ticket is not self._probe:
            return  # sent before the last refusal was known: it says nothing new
        self._judged_at = now
        self._refused_sent_at = ticket.sent_at
        self.refused_since_pass += 1
        self.still_since = min(self.still_since, now)
        self._passed_in_a_row = 0
        if self._dry:
            self._probe, self._bracketed = None, True
            if not ticket.after_another:
                self._pause = min(self._pause * PAUSE_GROWTH, LONGEST_PAUSE * self._first_pause)
                self._probe_at = now + self._pause
        elif self.per_second is None:
            self._dry_up(now)
        else:
            self._in_a_row += 1
            self._searching = False
            if self._in_a_row == 1:  # the next ones were sent soon on purpose, and say nothing of the rate
                self.per_second *= CUT
            self._cost = 1 + (asked_seconds or 0.0) * self.per_second
            self._step = GROWTH * self.per_second / self._cost
            if self._in_a_row >= REFUSED_IN_A_ROW:
                self._dry_up(now)
            else:
                self._next_at = now + GAPS_AFTER_REFUSALS[self._in_a_row - 1] / self.per_second

    @property
    def _has_room(self) -> bool:
        """Whether the server was seen to serve more calls at once than are under way, and may serve one more."""
        limited = self.per_second is not None or self._dry
        return limited and self._credit >= 0 and self._at_work < self._most_at_work

    def _guessed_wrong(self, now: float) -> None:
        """No call may go in the place of one that has ended; or it may a moment later, for some servers are slow."""
        self._wrong_in_a_row += 1
        if self.per_second is not None and not self._dry:
            self._next_at -= 1 / self.per_second  # the turn by the rate that it took is free
        if self._wrong_in_a_row > _MOST_WRONG:
            self._credit -= _WRONG_GUESS
            self._wrong_in_a_row, self._late = 0, 0.0
            self._most_at_work = self._at_work
        else:
            self._late = min(max(_LEAST_LATE_SECONDS, _LATER * self._late), _MOST_LATE_SECONDS)
            self._room_at = now + self._late

    def _measured(self, now: float) -> float:
        """Calls a second that the server let through, up to the probe that passes now."""
        if self.per_second is not None:
            return max(self._passed_in_spell, 1) / max(now - self._spell_from, 1e-3)
        # The first dry spell came after a time without any limit: the best of that is what the server can do.
        recent = [sent_at for sent_at in self._recent if sent_at < now]
        rates = (count / max(now - sent_at, 1e-3) for count, sent_at in enumerate(reversed(recent), 1))
        return max(rates, default=1 / max(now - self._dry_since, 1e-3))

    def _dry_up(self, now: float) -> None:
        self._dry, self._probe, self._bracketed, self._in_a_row = True, None, False, 0
        self._credit = max(self._credit, 0)
        self._dry_since = now
        self._pause = self._first_pause
        if self.per_second is not None:
            longest = LONGEST_PAUSE * self._first_pause / 4
            self._pause = min(max(GAPS_BEFORE_PROBE / self.per_second, _LEAST_PAUSE_SECONDS), longest)
        self._probe_at = now + self._pause

    @property
    def _seconds_to_pass(self) -> float:
        return max(LEAST_SECONDS_TO_PASS, self._seconds_to_refuse + 4 * self._spread)

    def _presume_passed(self, now: float) -> None:
        while self._open and self._seconds_to_refuse:
            ticket = next(iter(self._open))
            if now - ticket.sent_at < self._seconds_to_pass:
                break
            self._pass(ticket, now)

    def _pass(self, ticket: Ticket, now: float) -> None:
        if ticket.passed:
            return
        ticket.passed = True
        self._serving += 1
        self._most_at_work = max(self._most_at_work, self._serving)
        self._open.pop(ticket, None)
        if ticket is not self._probe:
            self._recent.append(ticket.sent_at)
        self.refused_since_pass, self.still_since = 0, float("inf")
        if ticket.after_another:
            self._credit = min(self._credit + 1, _MOST_CREDIT)
            self._wrong_in_a_row = 0
            self._late *= _SOONER
        if ticket.sent_at >= self._refused_sent_at:
            self._in_a_row = 0
        if ticket is self._probe:
            self._searching = self.per_second is None or not self._bracketed
            self.per_second = self._measured(ticket.sent_at)
            self._step = GROWTH * self.per_second / self._cost
            self._dry, self._probe = False, None
            self._spell_from, self._passed_in_spell = ticket.sent_at, 1
            self._next_at = ticket.sent_at + 1 / self.per_second
            return
        self._passed_in_spell += 1
        self._passed_in_a_row += 1
        if self.per_second is not None and not self._dry and self._tries_rate(ticket, now):
            longer = max(1.0, self._passed_in_a_row / (PASSED_IN_A_ROW * self._cost))
            self.per_second += SEARCH_GROWTH * self.per_second if self._searching else self._step * longer**2

    def _tries_rate(self, ticket: Ticket, now: float) -> bool:
        """Whether a call that passed says something of the rate: in another's place it may have gone far below it."""
        if not ticket.after_another:
            return True
        last = min(len(self._recent), _RECENT)
        return last > 1 and (self.per_second or 0.0) * (now - self._recent[-last]) < _MOST_UNTRIED * last
