"""Which configuration to take: one recommendation in one sentence, what it rests on, and what would change it.

The best-looking configuration is compared with every other one on the same tasks, and what those comparisons call
better, equal or not decisive is what is said here: a cheaper one is taken in its place only where the two are equal
within a margin; that nothing tells them apart is not enough for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.choice_lines import lines_of
from workbench.analysis.choice_words import head, said, thousand
from workbench.analysis.chosen import Chosen
from workbench.analysis.comparison import WITHIN, checked_margin, compared
from workbench.analysis.doubts import doubts
from workbench.analysis.kinds import KindDifferences, kind_differences
from workbench.analysis.pairing import ComparedRows
from workbench.analysis.ranks import ranking, without_texts
from workbench.rows.configurations import configuration_columns, group_of
from workbench.rows.table import checked
from workbench.show import figures, media, tables

if TYPE_CHECKING:
    from workbench.analysis.verdicts import Comparison

CLEAR, EQUAL, FIRST, EARLY, ONLY, NONE = "clear", "equal", "first", "early", "only", "none"
"""How a choice came about: shown to be the best; the cheapest of those shown to be as good; the best so far, with
others not ruled out; nothing told apart; nothing to compare with; nothing that could be recommended."""

_MUCH_CHEAPER: Final = 0.9


@dataclass(frozen=True)
class Choice:
    """One recommendation.

    `sentence` says it all in one; `head` is its first part and `lines` the rest of it, as short lines with labels
    (blank and empty where nothing can be recommended). `careful` is what a reader must know beside it; `sure` how sure
    it is, with the names of the statistics. `ranking` holds every configuration (see `ranking`), `line` the place of
    the recommended one in it, None where nothing can be recommended. `rivals` are comparisons of the best-looking one
    with each other one, by their lines in the ranking; `settled` are the lines that it is shown to be better than;
    `kinds` says where configurations differ by kind of task.
    """

    grade: str
    line: int | None
    ranking: pd.DataFrame
    sentence: str
    careful: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    rivals: Mapping[int, Comparison] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    kinds: KindDifferences = field(default_factory=lambda: KindDifferences(None))
    head: str = ""
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def configuration(self) -> dict[str, Any]:
        """What was chosen, by column; empty where nothing was."""
        return {} if self.line is None else {name: self.ranking[name][self.line] for name in self.ranking.attrs["by"]}

    def __repr__(self) -> str:
        notes = [*(f"Careful: {note}" for note in self.careful), *self.sure]
        return tables.as_text(self._columns(), " ".join(map(figures.plain, notes)), above=figures.plain(self.sentence))

    def _repr_html_(self) -> str:
        return tables.as_html(
            self._columns(), " ".join([*self.careful, *self.sure]), above=tables.headline(self.sentence)
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return media.verdict(self.sentence)

    def _columns(self) -> list[tables.Column]:
        lines = self.ranking.to_dict("records")
        return [
            *tables.configurations(self.ranking.attrs["by"], lines),
            tables.Column("right", [figures.bracketed(line, "accuracy", figures.percent) for line in lines]),
            tables.Column("usd per 1,000 tasks", [figures.money(thousand(line["usd_per_task"])) for line in lines]),
            tables.Column("seconds p50", [figures.duration(line["seconds_p50"]) for line in lines]),
        ]


def recommend(rows: pd.DataFrame, *, within: float = WITHIN) -> Choice:
    """Recommend one configuration, in one sentence: what to expect of it, what it costs, what would change it.

    The configuration with the highest accuracy is compared, paired by task, with every other that was scored on enough
    tasks. A cheaper one (a faster one where none costs anything) is recommended in its place where the two are equal
    within `within`, as `compare` tells it, with a correction for the number of pairs; and it is itself one of them
    where all that are not settled are equal to it, and are no cheaper. Raises InputError for rows that are empty or
    lack a column, and for a margin outside 0 to 1.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "model": model, "outcome": "answered", "correct": n % 10 < right,
    ...                "usd": usd, "seconds": 2.0} for model, right, usd in (("big", 9, 0.02), ("tiny", 4, 0.01))
    ...               for n in range(60)])
    >>> print(recommend(rows).sentence.partition(";")[0])
    Take big: expect 90 % right (78 to 96 %) for $20.00 per 1,000 tasks, 2.0 s a reply
    """
    within = checked_margin(within)
    rows = checked(rows, "task_id", "outcome", "correct", minimum=1)
    ranked = ranking(rows)
    usable = _usable(ranked)
    rivals = _rivals(rows, ranked, usable, within)
    grade, line, equal = _chosen(ranked, usable, rivals)
    kinds = kind_differences(rows, ranked=ranked)
    settled = frozenset(place for place, rival in rivals.items() if rival.decisive)
    whom = "the one that looks best" if grade == EARLY else "the recommended one"
    return Choice(
        grade=grade,
        line=line,
        ranking=ranked,
        sentence=said(rows, ranked, grade, line, rivals, equal, kinds.found),
        careful=tuple(doubts(rows, ranked, line, otherwise=lambda read: _named_by(read, within), whom=whom)),
        sure=tuple(_sure(ranked, grade, equal, usable, rivals, within)),
        rivals=rivals,
        settled=settled,
        kinds=kinds,
        head="" if line is None else f"{head(ranked, grade, line, rivals)}.",
        lines=() if line is None else lines_of(ranked, grade, line, rivals, equal, kinds.found),
    )


def _usable(ranked: pd.DataFrame) -> list[int]:
    """The lines that may be recommended: scored, and on enough of the tasks."""
    return [
        line
        for line, (whole, accuracy) in enumerate(zip(ranked["whole"], ranked["accuracy"], strict=True))
        if whole and not figures.absent(accuracy)
    ]


def _named_by(rows: pd.DataFrame, within: float) -> int | None:
    """The place of the configuration that other marks of the same replies would name; this is no look at more tasks."""
    ranked = ranking(rows)
    usable = _usable(ranked)
    _, line, _ = _chosen(ranked, usable, _rivals(rows, ranked, usable, within, remember=False))
    return None if line is None else int(ranked["place"][line])


def _rivals(
    rows: pd.DataFrame, ranked: pd.DataFrame, usable: list[int], within: float, *, remember: bool = True
) -> dict[int, Comparison]:
    """The best-looking configuration compared with each other usable one, by the lines of those."""
    if len(usable) < 2:
        return {}
    names = configuration_columns(rows)
    group = group_of(rows, names)
    replies = ComparedRows(without_texts(rows), [])
    chosen = {
        line: Chosen(f"line {line}", {name: ranked[name][line] for name in names}, group == ranked["place"][line])
        for line in usable
    }
    first, *others = usable
    found = compared([replies.pair(chosen[first], chosen[line]) for line in others], within=within, remember=remember)
    return dict(zip(others, found, strict=True))


def _chosen(
    ranked: pd.DataFrame, usable: list[int], rivals: Mapping[int, Comparison]
) -> tuple[str, int | None, int | None]:
    """How the choice came about, its line, and the best-looking line where a cheaper one takes its place."""
    if not usable or float(ranked["accuracy"][usable[0]]) == 0:
        return NONE, None, None
    first = usable[0]
    if not rivals:
        return ONLY, first, None
    equal = [line for line, rival in rivals.items() if rival.equal and cheaper(ranked, line, first)]
    if equal:
        return EQUAL, min(equal, key=lambda line: _cost(ranked, line)), first
    unsettled = {line: rival for line, rival in rivals.items() if not rival.decisive}
    if unsettled and all(rival.equal and not cheaper(ranked, line, first) for line, rival in unsettled.items()):
        return EQUAL, first, None
    decisive = [rival.decisive for rival in rivals.values()]
    return (CLEAR if all(decisive) else FIRST if any(decisive) else EARLY), first, None


def cheaper(ranked: pd.DataFrame, line: int, other: int) -> bool:
    """Whether a line of a ranking costs at most nine tenths of another: in dollars, in seconds where both are free."""
    one, two = _cost(ranked, line), _cost(ranked, other)
    return one[0] < _MUCH_CHEAPER * two[0] or (one[0] == two[0] == 0 and one[1] < _MUCH_CHEAPER * two[1])


def _cost(ranked: pd.DataFrame, line: int) -> tuple[float, float]:
    usd, seconds = ranked["usd_per_task"][line], ranked["seconds_p50"][line]
    return tuple(np.inf if figures.absent(value) else float(value) for value in (usd, seconds))  # type: ignore[return-value]


def _sure(
    ranked: pd.DataFrame,
    grade: str,
    equal: int | None,
    usable: list[int],
    rivals: Mapping[int, Comparison],
    within: float,
) -> list[str]:
    """How sure the sentence is, with the names of what was computed."""
    found = [
        "Right is strict: a reply that never answered is not right. Failed calls and replies without a mark count in "
        f"no accuracy. Limits in brackets are 95 % for all {len(ranked):,} configurations together (Wilson's, "
        "clustered by task where tasks were repeated, corrected by Bonferroni): the one that looks best of several "
        "was often lucky, too, and limits of its own alone would promise too much."
        if len(ranked) > 1
        else "Right is strict: a reply that never answered is not right. Limits in brackets are 95 % (Wilson's, "
        "clustered by task where tasks were repeated)."
    ]
    if rivals:
        settled = sum(rival.decisive for rival in rivals.values())
        found.append(
            f"The best-looking configuration was compared with {_each_of(len(rivals))} on the same tasks "
            f"({next(iter(rivals.values())).method}, corrected by Holm for their number): "
            f"{_beaten(settled, len(rivals))} by more than chance explains."
        )
    if grade == EQUAL and equal is None:
        found.append(f"It is taken because none that is as good costs less: {_shown_equal(rivals, within)}.")
    elif grade == EQUAL:
        found.append(f"A cheaper one takes its place because the two are equal: {_shown_equal(rivals, within)}.")
    out = len(ranked) - len(usable)
    if out and usable:
        found.append(
            f"{figures.counted(out, 'configuration')} with replies to too few of the tasks cannot be recommended."
        )
    return found


def _shown_equal(rivals: Mapping[int, Comparison], within: float) -> str:
    corrected = ", corrected by Bonferroni for the number of pairs" if len(rivals) > 1 else ""
    return f"shown to lie less than {figures.points(within)} apart (two one-sided tests at 5 %{corrected})"


def _beaten(settled: int, rivals: int) -> str:
    if rivals == 1:
        return "it is better" if settled else "it is not better"
    return f"it is better than {'all' if settled == rivals else f'{settled:,}' if settled else 'none'} of them"


def _each_of(rivals: int) -> str:
    return f"each of {rivals:,} others" if rivals > 1 else "the other one"
