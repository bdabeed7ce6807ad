"""How long results hold: the first known day on which a model, an alias or a price in them ends."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base import regular_expressions as re
from workbench.base.files import opened
from workbench.errors import InputError, WorkbenchError
from workbench.providers import facts
from workbench.providers.models import Target, resolve
from workbench.providers.price_table import coming_prices
from workbench.providers.prices import table_name

if TYPE_CHECKING:
    import pandas as pd

MARK = "workbench-shelf-life"
"""The name of the meta element by which a page states the day."""

_IN_A_PAGE = re.compile(
    rf'<meta name="{MARK}" content="(20\d\d-\d\d-\d\d|)">(?:\s*<meta name="{MARK}-ends" content="([^"]*)">)?'
)
_PINNED = re.compile(r" \([^()]*(?:\([^()]*\))*[^()]*\)$")
_MOST_BYTES = 2**30
_PAGE_ENDS = (".html", ".htm")


@dataclass(frozen=True, order=True)
class End:
    """A day on which something known ends: of which model, and what, in words."""

    day: date
    model: str
    what: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()}: {self.model} {self.what}"


@dataclass(frozen=True)
class ShelfLife:
    """All known ends in some rows, the first one first; none where nothing is announced.

    >>> str(ShelfLife((End(date(2027, 1, 31), "openai/gpt-x", "ends"),)))
    'holds until 2027-01-31, when openai/gpt-x ends'
    """

    ends: tuple[End, ...] = ()

    @property
    def day(self) -> date | None:
        """The first day on which something in it is no longer so."""
        return self.ends[0].day if self.ends else None

    @property
    def what(self) -> str:
        """What ends on that day, in words, and how much more after it; empty where nothing is known."""
        if not self.ends:
            return ""
        first = [end for end in self.ends if end.day == self.day]
        rest = len(self.ends) - len(first)
        text = " and ".join(f"{end.model} {end.what}" for end in first)
        return text + (f"; {rest} more known {'end' if rest == 1 else 'ends'} after it" if rest else "")

    def __str__(self) -> str:
        return told(self.day, self.what)

    def is_over(self, day: date | None = None) -> bool:
        """Whether the first of these days has come."""
        return self.day is not None and self.day <= (day or facts.today())


def shelf_life(rows: pd.DataFrame) -> ShelfLife:
    """The shelf life of what is read from some rows, by what is known today of their models and prices.

    Known are days on which a provider stops serving a model, on which its name is answered by another or is pointed at
    another checkpoint, and on which its price in the price table is another than on the day of asking. Behind a label
    of one's own, or the name of a route, stand the models that the rows say served it; of a fallback, `A -> B`, both
    count.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"model": ["gemini/gemini-3.8-flash"], "created_at": ["2026-11-20T10:00:00+00:00"]})
    >>> str(shelf_life(rows).day), str(shelf_life(rows).ends[0]).partition(": ")[2]
    ('2027-01-01', 'gemini/gemini-3.8-flash has another price')
    """
    if "model" not in rows.columns:
        raise InputError("The rows lack the column 'model': nobody knows whose results they are.")
    # Rows are many and what is known of them is the same in most: each combination is looked at once. A day is the
    # first ten characters of a moment, and what is none is said again by `_day_of`.
    names = [name for name in ("model", "served_by", "provider", "served_model") if name in rows.columns]
    known = rows[names].copy()
    known["created_at"] = rows["created_at"].astype("str").str.slice(0, 10) if "created_at" in rows.columns else None
    first: dict[str, date] = {}
    behind: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for record in known.drop_duplicates().to_dict("records"):
        if isinstance(label := record["model"], str):
            served = (record.get(name) for name in ("served_by", "provider", "served_model"))
            named = (label, *(name if isinstance(name, str) else "" for name in served))
            if named not in behind:
                behind[named] = _models(*named)
            day = _day_of(record["created_at"]) if behind[named] else facts.today()
            for model in behind[named]:
                first[model] = min(first.get(model, day), day)
    return ShelfLife(tuple(sorted({end for model, day in first.items() for end in _ends(model, day)})))


def told(day: date | None, what: str) -> str:
    """Until when something holds, and why no longer.

    >>> told(date(2020, 5, 1), "openai/gpt-x ends")
    'held until 2020-05-01, when openai/gpt-x ends'
    """
    if day is None:
        return "no end of a model, alias or price in it is known"
    return f"{'held' if day <= facts.today() else 'holds'} until {day.isoformat()}" + (f", when {what}" if what else "")


def shelf_life_of_page(path: Path) -> tuple[date | None, str]:
    """The day that a report states, or None, and what ends then; raises `InputError` for pages that state nothing."""
    with opened(path, most_bytes=_MOST_BYTES) as file:
        found = _IN_A_PAGE.search(file.read(2**20).decode("utf-8", "replace"))
    if found is None:
        raise InputError(f"{str(path)!r} states no shelf life: it is no report, or one of an older version")
    return date.fromisoformat(found[1]) if found[1] else None, html.unescape(found[2] or "")


def is_page(path: Path) -> bool:
    """Whether a path names a page, and not rows."""
    return path.suffix.lower() in _PAGE_ENDS


def _day_of(moment: object) -> date:
    try:
        return datetime.fromisoformat(str(moment)).date()
    except ValueError:
        return facts.today()


def _ends(model: str, asked: date) -> Iterator[End]:
    target = resolve(model)
    known = target.facts
    day = known.retired or known.retires
    if day is not None:
        sure = ", as one other party says" if "retired" in known.doubtful else ""
        what = f"is answered by {known.answered_by}" if known.answered_by else "ends"
        yield End(day, target.id, what + sure)
    if known.repointed is not None and asked < known.repointed:
        sure = ", as one other party says" if "repointed" in known.doubtful else ""
        yield End(known.repointed, target.id, f"stands for another checkpoint under the same name{sure}")
    if known.prices is None and not target.provider.free:
        for change in coming_prices(target.name, table_name(target), asked)[:1]:
            yield End(change, target.id, "has another price")


def _models(label: str, served_by: str, provider: str, served_model: str) -> tuple[str, ...]:
    """The ids behind a label: an id, one with pinned parameters behind it, both of a fallback, or what served it."""
    names = [*(_PINNED.sub("", part) for part in label.split(" -> ")), *filter(None, [served_by])]
    found = [target for name in names if (target := _target(name)) is not None and target.route is None]
    if not found and provider and served_model:
        found += filter(None, [_target(f"{provider}/{served_model}")])
    return tuple(dict.fromkeys(target.id for target in found))


def _target(name: str) -> Target | None:
    try:
        return resolve(name)
    except WorkbenchError:
        return None
