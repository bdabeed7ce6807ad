"""How rows show themselves in a notebook: what matters first, the answer on the screen, the rest a click away.

Rows are plain DataFrames, so nothing of pandas is any different: the notebook is told how to show a DataFrame that has
the columns of rows, and shows every other as it always does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from workbench.replies import cards
from workbench.replies.served import redirected
from workbench.rows.configurations import EFFORT, configuration_columns
from workbench.rows.standing import STANDINGS, standing
from workbench.show import figures
from workbench.show.figures import counted
from workbench.show.notebook import notebook_shell
from workbench.show.styles import style_sheet

if TYPE_CHECKING:
    import pandas as pd

    from workbench.show import tables

MOST_SHOWN: Final = 20
"""Rows of which a notebook shows something; `rows.iloc[20:40]` shows the next."""

NARROW: Final = 16
"""A table with no more columns than this was chosen by somebody, and is shown as pandas shows it."""

_NEEDED: Final = frozenset({"task_id", "model", "outcome", "answer", "correct"})
_NAMES: Final = ("model", "prompt", "max_tokens", EFFORT)
_LONGEST_TEXT: Final = 4_000
"""Characters of an answer or of thinking in what is folded away; the rows hold all of it."""
_SHORTEST_TEXT: Final = 200
"""Characters of a text where all columns stand."""

_told: set[int] = set()  # the notebooks' formatters that know already


def show_rows_narrow() -> None:
    """Have the notebook that this runs in, if it is one, show rows by what matters; called wherever rows are made."""
    shell: Any = notebook_shell()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]
    if id(formatter) in _told:
        return
    import pandas as pd

    _told.add(id(formatter))
    before: list[Callable[[pd.DataFrame], str | None] | None] = []

    def shown(table: Any) -> str | None:
        page = rows_html(table)
        if page is not None:
            return page
        other = before[0] if before else None
        found = table._repr_html_() if other is None else other(table)
        return None if found is None else str(found)

    before.append(formatter.for_type(pd.DataFrame, shown))


def rows_html(table: pd.DataFrame) -> str | None:
    """Rows as HTML of our own making; None for a table that is no rows, or from which somebody chose columns.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": "sheep", "model": "m", "outcome": "answered", "correct": True, "answer": "9 sheep"}])
    >>> "9 sheep" in rows_html(rows), rows_html(rows[["task_id", "answer"]])
    (True, None)
    """
    import pandas as pd

    from workbench.show import tables

    # A table that shows itself in its own way, such as a summary, is left to do so.
    if type(table) is not pd.DataFrame or not len(table) or len(table.columns) <= NARROW:
        return None
    if not table.columns.is_unique or not set(table.columns) >= _NEEDED:
        return None
    first = table.iloc[:MOST_SHOWN]
    short = first.map(lambda value: figures.beginning(value, _SHORTEST_TEXT) if isinstance(value, str) else value)
    whole = Markup(short.to_html(max_cols=None, max_rows=None, border=0))  # pandas escapes what stands in its cells
    fold = Markup('<details><summary>All {} columns</summary><div style="overflow-x:auto">{}</div></details>')
    below = fold.format(len(table.columns), whole)
    lines = [dict(zip(table.columns, values, strict=True)) for values in first.itertuples(index=False, name=None)]
    by = configuration_columns(table)
    shown = Markup(tables.as_html(_columns(first, lines, by), _caption(table, lines, by), below=below))
    return str(
        cards.STYLE
        + style_sheet("workbench.rows", "shown.css")
        + Markup('<div class="wb-cards wb-rows">{}</div>').format(shown)
    )


def _columns(first: pd.DataFrame, lines: Sequence[dict[Any, Any]], by: Sequence[str]) -> list[tables.Column]:
    from workbench.show import tables

    stands = [STANDINGS[code] for code in standing(first)]
    names = [name for name in by if name in _NAMES]
    questions = [figures.beginning(text_of(line.get("task_question")), 70) for line in lines]
    return [
        tables.Column("task", [figures.name(line["task_id"]) for line in lines], notes=questions, words=True),
        *(tables.configurations(names, lines) if _varies(names, lines) else []),
        *(tables.Column(name, [figures.name(line[name]) for line in lines]) for name in by if name not in _NAMES),
        tables.Column("stands", [_stands(line, word) for line, word in zip(lines, stands, strict=True)]),
        tables.Column(
            "answer",
            [figures.beginning(" ".join(text_of(line["answer"]).split()), 140) for line in lines],
            [_folded(line, word) for line, word in zip(lines, stands, strict=True)],
            words=True,
        ),
        *_measures(lines),
    ]


def _caption(table: pd.DataFrame, lines: Sequence[dict[Any, Any]], by: Sequence[str]) -> str:
    total = counted(len(table), "row")
    first = f"The first {len(lines)} of {total}" if len(table) > len(lines) else total
    same = [f"{name} {figures.name(lines[0][name])}" for name in by if name in _NAMES and not _varies([name], lines)]
    same = [text for text in same if not text.endswith(figures.ABSENT)]
    throughout = f" {', '.join(same)} throughout." if same else ""
    return f"{first}, {len(table.columns)} columns.{throughout} One row in full: rows.iloc[0]."


def _varies(names: Sequence[str], lines: Sequence[dict[Any, Any]]) -> bool:
    return len({tuple(figures.name(line[name]) for name in names) for line in lines}) > 1


def _stands(line: dict[Any, Any], word: str) -> str:
    """How a row stands; of one that never answered or failed, why."""
    return word if word in ("right", "wrong") else str(line["outcome"]).replace("_", " ")


def _measures(lines: Sequence[dict[Any, Any]]) -> list[tables.Column]:
    """Tokens, seconds and dollars, as far as any are known and not all the same nothing."""
    from workbench.show import tables

    kinds = (("tokens", "completion_tokens", figures.count), ("seconds", "seconds", figures.duration))
    found = [
        tables.Column(head, [show(line.get(name)) for line in lines])
        for head, name, show in kinds
        if any(not figures.absent(line.get(name)) for line in lines)
    ]
    if any(not figures.absent(line.get("usd")) and line["usd"] for line in lines):
        found.append(tables.Column("usd", [figures.money(line.get("usd")) for line in lines]))
    return found


def _folded(line: dict[Any, Any], word: str) -> Markup:
    """The reply in full, a click away."""
    short = {
        name: text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + " …"
        for name in ("answer", "thinking")
        if (text := text_of(line.get(name)))
    }
    card = cards.card_html(card_of("", {**line, **short}, word))
    target = text_of(line.get("task_target"))
    question = Markup('<div class="wb-question">{}</div>').format(text_of(line.get("task_question")))
    wanted = Markup('<div class="wb-target">target: {}</div>').format(target) if target else Markup()
    return Markup("<details><summary>whole reply</summary>{}{}{}</details>").format(question, wanted, card)


def text_of(value: Any) -> str:
    """A value as text, blank where it is absent."""
    return "" if figures.absent(value) else str(value)


def _whole(value: Any) -> int | None:
    return None if figures.absent(value) else int(value)


def card_of(name: str, record: Any, standing_word: str) -> cards.Card:
    """The card of one row; None stands for a configuration that was not asked."""
    if record is None:
        return cards.Card(name, note="This configuration was not asked this.")
    failed = record["outcome"] == "error"
    thinking = _whole(record.get("thinking_tokens"))
    return cards.Card(
        name,
        outcome=str(record["outcome"]),
        answer=text_of(record.get("answer")),
        thinking=text_of(record.get("thinking")),
        standing=standing_word,
        why=text_of(record.get("why")),
        thinking_tokens=thinking,
        answer_tokens=cards.tokens_of_answer(
            _whole(record.get("answer_tokens")),
            thinking=thinking,
            output=_whole(record.get("completion_tokens")),
            visibility=text_of(record.get("thinking_visibility")),
        ),
        max_tokens=_whole(record.get("max_tokens")),
        estimated=text_of(record.get("thinking_tokens_source")) == "estimated",
        note=text_of(record.get("error_message")) if failed else "",
        foot=[] if failed else _foot(record),
    )


def _foot(record: Any) -> list[str]:
    usd, seconds, kept = record.get("usd"), record.get("seconds"), record.get("cached")
    served = text_of(record.get("served_model"))
    return [
        *([f"served as {served}"] if served and redirected(text_of(record["model"]), served) else []),
        figures.spent(None if figures.absent(usd) else float(usd)),
        *([] if figures.absent(seconds) else [figures.duration(seconds)]),
        *([] if figures.absent(kept) else ["kept" if kept else "bought"]),
    ]
