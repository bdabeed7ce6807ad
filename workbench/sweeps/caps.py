"""Caps for the price of one: the largest is bought, smaller ones are cut from its replies, a few real calls check it.

This is true where max_tokens is a plain cut-off that the model cannot see. Where it steers the model, through a
thinking budget or an effort that is a share of it, a cut reply is not what a smaller cap would have given: refused.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from workbench.asking.billed import billed_tokens, circumstances
from workbench.asking.money import cost_of
from workbench.cache.rereading import reply_to
from workbench.errors import InputError
from workbench.providers.models import Target
from workbench.providers.prices import UNKNOWN, Cost, priced
from workbench.providers.requests import CallRequest
from workbench.replies.cutting import ESTIMATED, Cut, cut
from workbench.replies.reply import RECORD_VERSION, Record, Reply
from workbench.replies.usage import read_usage
from workbench.rows.configurations import parameter_columns
from workbench.rows.standing import ERROR, NEVER, RIGHT, standing
from workbench.rows.table import frame
from workbench.sweeps.cells import Cell, Cells, requests_of
from workbench.sweeps.grid import Grid, make_grid
from workbench.sweeps.rows import findings
from workbench.sweeps.rows import place as place_of

if TYPE_CHECKING:
    import pandas as pd

Caps = Literal["buy", "cut"]

_SURE: Final = 0.025
_GOLDEN: Final = 0.618
CHECKS_A_MODEL: Final = 8
"""Calls at smaller caps that are bought for each model to check its cuts: eight that all go one way are no chance."""


def laid_out(tasks: Any, *, caps: Caps = "buy", **layout: Any) -> Grid:
    """The grid of a sweep, with the smaller caps cut from the largest where that is wanted.

    Raises what `make_grid` and `with_cuts` raise, and `InputError` for a word that says nothing of caps.
    """
    if caps not in ("buy", "cut"):
        raise InputError(
            f"caps is {caps!r}; give 'buy' to ask at every cap, or 'cut' to cut the smaller from the largest"
        )
    grid = make_grid(tasks, **layout)
    return with_cuts(grid) if caps == "cut" else grid


def with_cuts(grid: Grid) -> Grid:
    """The same grid with all but the largest cap cut from its replies, but for a few cells that check it.

    With a single cap there is nothing to cut. Raises `InputError` where a cap is None among others, and where the cap
    steers a model.
    """
    caps = {request.max_tokens for request in requests_of(grid.cells)}
    if len(caps) < 2:
        return grid
    if None in caps:
        raise InputError("caps='cut' needs numbers: leave None out of max_tokens, or leave caps out to buy each cap")
    for cell in {cell.like.target.label: cell for cell in grid.cells}.values():
        if name := steered_by(cell.request):
            raise InputError(
                f"caps='cut' is not possible for {cell.like.target.label!r}: max_tokens steers it through {name!r}, "
                "so a reply that is cut is not what a smaller cap would have given; leave caps out to buy each cap"
            )
    return replace(grid, cells=[*_cut_cells(grid.cells)])


def cheaper(grid: Grid) -> Grid | None:
    """The grid with smaller caps cut, where that is possible and takes fewer calls; None otherwise."""
    try:
        other = with_cuts(grid)
    except InputError:
        return None
    return other if len(other.asked) < len(grid.asked) else None


def steered_by(request: CallRequest) -> str | None:
    """The parameter of a request through which its cap steers the model; None where it is a plain cut-off."""
    given = set(_names(request.body)) - {"messages"}
    return next((name for name in request.target.provider.steers if name in given), None)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            if name != "messages":
                yield from _names(inner)


def _cut_cells(cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells in their order, each of a smaller cap with the place of the cell that it is cut from."""
    draws = [_draw(cell) for cell in cells]
    largest: dict[Any, int] = {}
    for place, (cell, draw) in enumerate(zip(cells, draws, strict=True)):
        if draw not in largest or _cap(cell) > _cap(cells[largest[draw]]):
            largest[draw] = place
    smaller = collections.defaultdict(list)
    for place, (cell, draw) in enumerate(zip(cells, draws, strict=True)):
        if largest[draw] != place:
            smaller[cell.like.target.label].append(place)
    checks = {place for places in smaller.values() for place in _spread(places, CHECKS_A_MODEL)}
    for place, (cell, draw) in enumerate(zip(cells, draws, strict=True)):
        source = largest[draw]
        yield cell if source == place else replace(cell, cut_from=source, checks=place in checks)


def _draw(cell: Cell) -> tuple[Any, ...]:
    """What two cells share that differ in nothing but their cap."""
    request = cell.request
    return (request.target.label, cell.prompt, cell.setting, request.sample, id(cell.task))


def _cap(cell: Cell) -> int:
    return cast(int, cell.like.max_tokens)


def _spread(places: Sequence[int], most: int) -> list[int]:
    """So many of the places, and at most a quarter, evenly: over caps, prompts and tasks, which follow each other."""
    number = min(most, -(-len(places) // 4))
    part = len(places) / max(1, number)
    return [places[int(part * (turn + turn * _GOLDEN % 1))] for turn in range(number)]  # so that no two meet one task


def cut_reply(reply: Reply, request: CallRequest) -> Reply:
    """A bought reply as the reply to the same request at a smaller cap: nothing is spent on it.

    Tokens are counted, dollars reckoned for fewer of them, seconds at the pace at which its tokens came.
    """
    shorter = cut(reply, _cap_of(request))
    cost = cost_of_cut(reply, shorter, request.target, request.body)
    found = reply_to(shortened(reply, shorter, request.identity(), cost), request)
    return replace(found, warnings=(*found.warnings, ESTIMATED)) if shorter.estimated else found


def shortened(reply: Reply, shorter: Cut, identity: Mapping[str, Any], cost: Cost) -> Record:
    """The record of a reply that was cut: nobody sent it, and it is never kept."""
    share = shorter.tokens / max(1, shorter.tokens + shorter.saved_tokens)
    first = reply.seconds_to_first_token or 0.0
    seconds = reply.seconds
    if seconds is not None and shorter.saved_tokens:
        seconds = first + (seconds - first) * share
    answered = reply.seconds_to_answer
    return {
        "version": RECORD_VERSION,
        "key": reply.key,
        "request": dict(identity),
        "response": dict(shorter.body),
        "streamed": True,
        "status": reply.http_status,
        "request_id": reply.request_id,
        "seconds": None if seconds is None else round(seconds, 4),
        "seconds_to_first_token": None if reply.seconds_to_first_token is None else min(first, seconds or 0.0),
        "seconds_to_answer": answered if answered is not None and answered <= (seconds or 0.0) else None,
        "attempts": reply.attempts,
        "usd": cost.usd,
        "usd_source": cost.source,
        "created_at": reply.created_at,
        "workbench": "",
    }


def _cap_of(request: CallRequest) -> int:
    return cast(int, request.max_tokens)


def cost_of_cut(reply: Reply, shorter: Cut, target: Target, sent: Mapping[str, Any]) -> Cost:
    """Dollars of the shorter reply: by the price that the whole one had, else by its share of what that cost."""
    if reply.usd == 0 or reply.usd is None or not shorter.saved_tokens:
        return Cost(reply.usd, reply.usd_source)
    raw = shorter.body["usage"]
    usage = read_usage(raw, thinking="", answer="")
    options: dict[str, Any] = {
        "served_model": reply.served_model,
        "at": datetime.fromisoformat(reply.created_at) if reply.created_at else None,
        "context": circumstances(sent, reply.raw),
    }
    if reply.usd_source != "provider" and reply.seconds is not None:  # one of a batch has its price
        return cost_of(target, usage, raw, **options)
    options["served"] = options.pop("served_model")
    whole = priced(target, billed_tokens(reply.usage, reply.raw.get("usage")), **options).usd
    short = priced(target, billed_tokens(usage, raw), **options).usd
    return Cost(reply.usd * short / whole, "estimated") if whole and short is not None else UNKNOWN


class Cuts:
    """The cells of a grid that wait for the reply that they are cut from, and what is to be checked by real calls."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._waiting: dict[int, list[tuple[int, Cell]]] = collections.defaultdict(list)
        for place, cell in enumerate(() if isinstance(cells, Cells) else cells):
            if cell.cut_from is not None:
                self._waiting[cell.cut_from].append((place, cell))
        self._checked: list[dict[str, Any]] = []

    def wait_for(self, source: int) -> bool:
        """Whether rows are cut from the reply of this cell."""
        return source in self._waiting

    def rows_of(self, source: int, reply: Reply) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows that are cut from a reply, each with its place."""
        for place, cell in self._waiting.pop(source, ()):
            row = {**place_of(cell), **findings(cut_reply(reply, cell.request)), "attempts": 0, "derived": True}
            if cell.checks:
                self._checked.append(row)  # under the key of the real call
            else:
                yield place, {**row, "key": reply.key}

    def failed(self, source: int) -> Iterator[tuple[int, Cell]]:
        """The cells for which there is nothing to cut from, because that call failed."""
        return ((place, cell) for place, cell in self._waiting.pop(source, ()) if cell.derived)

    def compared(self, rows: pd.DataFrame, rescored: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, Any]:
        """What real calls at smaller caps say of the cuts that they stand in place of: `finding` in words, `warnings`.

        Two sign tests a model (McNemar's), on right and on without an answer, each at 2.5 %. Empty without a check.
        """
        if not self._checked:
            return {}
        from workbench.analysis.chance import mcnemar  # loads SciPy

        bought = rows[~rows["derived"].to_numpy(bool)].drop_duplicates("key").set_index("key")
        real = bought.reindex([row["key"] for row in self._checked]).reset_index()
        there = real["outcome"].notna().to_numpy(bool)
        if not there.any():
            return {}
        real = real[there].reset_index(drop=True)
        shortened_rows = frame(self._checked, parameters=parameter_columns(rows))
        cuts = rescored(shortened_rows[there].reset_index(drop=True))
        asked, shortened = standing(real), standing(cuts)
        both = (asked != ERROR) & (shortened != ERROR)
        warnings = []
        for model in dict.fromkeys(real["model"]):
            mine = both & (real["model"] == model).to_numpy(bool)
            for what, code in (("right", RIGHT), ("without an answer", NEVER)):
                of_real, of_cuts = asked[mine] == code, shortened[mine] == code
                if mcnemar(int((of_real & ~of_cuts).sum()), int((~of_real & of_cuts).sum())) < _SURE:
                    warnings.append(
                        f"real calls at smaller caps disagree with the cuts of {model}: {int(of_real.sum())} of "
                        f"{int(mine.sum())} are {what}, and {int(of_cuts.sum())} of their cuts; "
                        "sweep without caps='cut'"
                    )
                    break
        right = f"{int((asked[both] == RIGHT).sum())} right, their cuts {int((shortened[both] == RIGHT).sum())}"
        said = "they disagree" if warnings else "no disagreement found"
        return {"finding": f"{int(both.sum())} real calls at smaller caps gave {right}: {said}.", "warnings": warnings}
