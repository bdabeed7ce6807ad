"""The page of results: what its template shows, computed from rows."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup

from workbench.analysis.added_prompt import added_to_prompts, said_of_added
from workbench.analysis.choice import CLEAR, Choice, recommend
from workbench.analysis.choice_lines import apart, on_tasks_of_both
from workbench.analysis.choice_words import names_of, thousand
from workbench.analysis.kinds import KindDifferences
from workbench.analysis.rated import preferences, ratings_of
from workbench.analysis.telling import telling_cases
from workbench.base import regular_expressions as re
from workbench.replies.outcomes import OUTCOME_WORDS
from workbench.reports.case_table import script_json, shown_evidence
from workbench.reports.cost_picture import cost_picture, legend, measure
from workbench.reports.evidence import Evidence
from workbench.reports.glossary import glossary
from workbench.reports.outcome_grid import outcome_grid
from workbench.reports.thought_section import thought_section
from workbench.rows.configurations import group_of
from workbench.rows.standing import STANDINGS, standing
from workbench.show import bars, figures
from workbench.show.markdown import model_markdown, visible
from workbench.show.styles import css

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

TEMPLATES: Final = Path(__file__).parent / "templates" / "workbench"
SCRIPTS: Final = ("markdown.js", "trace.js", "report.js", "grid.js")
_SCRIPT_PLACE: Final = "WORKBENCH-SCRIPT-HASH"
_LONGEST_ANSWER: Final = 600
_MOST_LINES: Final = 200
_MOST_KINDS: Final = 40
_MOST_KIND_COLUMNS: Final = 12
_AFTER_MARKS: Final = re.compile(r"(?<=[/:@_-])")
_LONGEST_WORD: Final = 18
_THINKING_TAG: Final = re.compile(r"\s*<(/?)think(?:ing)?>\s*")
_HEADING: Final = re.compile(r"<(/?)h[1-6]>")


def result_page(
    rows: pd.DataFrame,
    evidence: Evidence,
    *,
    title: str | None = None,
    author: str | None = None,
    comment: str | None = None,
    rows_file: str | None = None,
    notebook: NotebookNode | None = None,
    failed: Sequence[str] = (),
) -> str:
    """The page as HTML.

    `rows_file` is the name of the file beside it that holds all rows, where there is one; `notebook` the one that made
    the rows, and `failed` its cells that failed, in sentences.
    """
    choice = recommend(rows)
    shown = shown_evidence(evidence, notebook)
    cost, table, kinds = measure(choice), _table(choice), _kinds(choice.kinds)
    added = said_of_added(added_to_prompts(rows))
    context = {
        "title": figures.plain(title) if title else _title(rows, evidence),
        "author": author,
        "date": datetime.now().astimezone().strftime("%-d %B %Y"),
        "made_at": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "comment": Markup(model_markdown(comment)) if comment else "",
        "evidence": shown,
        "facts_below": True,
        "rows_file": rows_file,
        "choice": choice,
        "picture": cost_picture(choice),
        "measure": cost,
        "legend": legend(choice),
        "table": table,
        "kinds": kinds,
        "added": added,
        "glossary": glossary(_own_words(choice, table, kinds)),
        "thinking": thought_section(rows),
        "preferences": _preferences(rows),
        "telling": _telling(rows, choice),
        "grid": outcome_grid(rows, choice, evidence.shown),
        "failed_cells": list(failed),
        "failures": _failures(rows),
        "style": css("workbench.show", "tables.css"),
    }
    script = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    page = (
        _environment().get_template("results.html.j2").render(resources={"workbench": context}, script=Markup(script))
    )
    return page.replace(_SCRIPT_PLACE, f"sha256-{digest}", 1)


def _own_words(choice: Choice, table: Mapping[str, Any], kinds: Mapping[str, Any]) -> list[str]:
    """What the page says in its own words above the replies, as one text after another."""
    lines = [text for line in choice.lines for text in line]
    cells = [str(text) for line in table["lines"] for text in (line["limits"], line["behind"], line["stood"])]
    heads = [
        "recommended" if any(line["chosen"] for line in table["lines"]) else "",
        "median" if table["seconds"] else "",
        "mean" if table["tokens"] else "",
        "1,000 tasks" if table["usd"] else "",
        "kind" if kinds["table"] else "",
        "Holm" if kinds["tested"] else "",
    ]
    return [choice.sentence, choice.head, *lines, *choice.careful, *choice.sure, *cells, *heads, table["constant"]]


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {
        "visible": lambda text: visible(str(text)),
        "said": lambda text: figures.unbroken(visible(str(text))),
        "breakable": breakable,
        "json": lambda data: Markup(script_json(data)),
    }
    return environment


def breakable(name: str) -> Markup:
    """A name as HTML that a line may break after its marks, and inside a word only where that is too long for a column.

    >>> breakable("lab/tiny-3b <new>")
    Markup('lab/<wbr>tiny-<wbr>3b &lt;new&gt;')
    """
    words = _AFTER_MARKS.split(visible(str(name)))
    return Markup("<wbr>").join(
        word[at : at + _LONGEST_WORD] for word in words for at in range(0, len(word), _LONGEST_WORD)
    )


def _title(rows: pd.DataFrame, evidence: Evidence) -> str:
    models = rows["model"].nunique() if "model" in rows else 0
    tasks = figures.counted(int(rows["task_id"].nunique()), "task")
    source = next((str(each.get("source")) for each in evidence.tasks if each.get("source")), "")
    return f"{figures.counted(models, 'model')} on {tasks}{f' of {source}' if source else ''}"


def _table(choice: Choice) -> dict[str, Any]:
    """The ranked configurations as the template shows them, without columns that say nothing."""
    ranked = choice.ranking
    names = names_of(ranked)
    lines = ranked.iloc[:_MOST_LINES].to_dict("records")
    models = [str(line.get("model", "")) for line in lines]
    several_providers = len({model.partition("/")[0] for model in models}) > 1
    telling = [name for name in ranked.attrs["by"] if name != "model" and ranked[name].nunique(dropna=False) > 1]
    constant = [
        f"{name.replace('_', ' ')} {figures.name(ranked[name][0])}"
        for name in ranked.attrs["by"]
        if name not in telling and name != "model" and not figures.absent(ranked[name][0])
    ]
    found = [
        {
            "number": place + 1,
            "name": names[place],
            "model": figures.plain(line.get("model", "the configuration")),
            "small": several_providers,
            "parts": [(name.replace("_", " "), figures.plain(figures.name(line[name]))) for name in telling],
            "chosen": place == choice.line,
            "right": figures.percent(line["accuracy"]),
            "limits": figures.limits(line, "accuracy", figures.percent),
            "bar": bars.interval(line["accuracy"], line["accuracy_low"], line["accuracy_high"]),
            "behind": _behind(choice, place),
            "usd": figures.money(thousand(line["usd_per_task"])),
            "usd_note": f"{line['unpriced']:,} unpriced" if line["unpriced"] else "",
            "seconds": figures.duration(line["seconds_p50"]),
            "slow": ""
            if figures.absent(line["seconds_p95"])
            else f"1 in 20 takes over {figures.duration(line['seconds_p95'])}",
            "tokens": " · ".join(figures.count(line[name]) for name in ("prompt_tokens_per_task", "tokens_per_task")),
            "stood": _stood(line),
            "stood_bar": bars.outcomes(line["right"], line["wrong"], line["never_answered"]),
        }
        for place, line in enumerate(lines)
    ]
    usd = ranked["usd_per_task"]
    return {
        "lines": found,
        "left_out": len(ranked) - len(found),
        "constant": ", ".join(constant),
        "usd": bool(usd.notna().any() and usd.max() > 0),
        "free": bool(len(usd) and usd.notna().all() and usd.max() == 0),
        "seconds": bool(ranked["seconds_p50"].notna().any()),
        "tokens": bool(ranked[["tokens_per_task", "prompt_tokens_per_task"]].notna().to_numpy().any()),
        "right": bool(ranked["accuracy"].notna().any()),
        "behind": bool(choice.rivals),
        "tasks": _tasks(ranked),
    }


def _tasks(ranked: pd.DataFrame) -> str:
    low, high = int(ranked["tasks_scored"].min()), int(ranked["tasks_scored"].max())
    return figures.counted(high, "task") if low == high else f"{low:,} to {high:,} tasks"


def _behind(choice: Choice, place: int) -> str:
    """How far a line lies behind the best-looking one, and whether that is settled."""
    rival = choice.rivals.get(place)
    if rival is None:
        whole = bool(choice.ranking["whole"][place])
        best = min(choice.rivals, default=1) - 1 if choice.rivals else 0
        return (
            ("the best" if choice.grade == CLEAR else "the best so far")
            if place == best and whole
            else ""
            if whole
            else "asked too few of the tasks"
        )
    _, _, points = figures.contrast(rival.a.accuracy, rival.b.accuracy)
    limits = apart(rival)
    limits = f" [{limits}]" if limits else ""
    less = "no" if points == "0 points" else points
    side = "less" if rival.difference >= 0 else "more"
    limits = f"{_whose_tasks(choice, place)}{limits}"
    within = f"within {figures.points(rival.within)}" if rival.equal else ""
    if rival.decisive:
        return f"{less} {side}{limits}: settled{within and f', {within}'}"
    open_yet = "not settled"
    if len(choice.rivals) > 1 and (rival.interval.low > 0 or rival.interval.high < 0):
        open_yet = f"not settled, as one of {len(choice.rivals):,} comparisons"
    return f"{less} {side}{limits}: {f'equal {within}' if within else open_yet}"


def _whose_tasks(choice: Choice, place: int) -> str:
    """Of which tasks a difference is, where it is not that of the two shares in the table."""
    best = min(choice.rivals) - 1
    lines = choice.ranking.to_dict("records")
    return on_tasks_of_both(choice.rivals[place], lines[best], lines[place])


def _stood(line: Mapping[Any, Any]) -> str:
    parts = [f"{line[name]:,} {words}" for name, words in _WORDS if line[name]]
    return ", ".join(parts) or "nothing"


_WORDS: Final = (
    ("right", "right"),
    ("wrong", "wrong"),
    ("never_answered", "never answered"),
    ("errors", "failed"),
    ("unscored", "without a mark"),
)


def _kinds(found: KindDifferences) -> dict[str, Any]:
    named = "" if found.column is None else found.column.removeprefix("task_").replace("_", " ")
    shown = found.counts if len(found.counts) <= _MOST_KINDS else ()
    table = [
        (kind, [f"{right:,} of {of:,}" if of else "–" for right, of in line[:_MOST_KIND_COLUMNS]])
        for kind, line in shown
    ]
    left_out = max((len(line) for _, line in shown), default=0) - _MOST_KIND_COLUMNS
    return {
        "sentences": found.sentences,
        "nothing": found.nothing,
        "tested": found.tested,
        "column": named,
        "table": table,
        "columns": len(table[0][1]) if table else 0,
        "left_out": max(0, left_out),
    }


def _preferences(rows: pd.DataFrame) -> dict[str, Any]:
    """What raters said who saw no names, where some did."""
    if not len(ratings_of(rows)):
        return {"sentences": [], "table": ""}
    found = preferences(rows)
    return {"sentences": found.sentences, "table": Markup(found._repr_html_())}


def _telling(rows: pd.DataFrame, choice: Choice) -> list[dict[str, Any]]:
    """The telling cases with their texts."""
    names = names_of(choice.ranking)
    group = group_of(rows, choice.ranking.attrs["by"])
    line_of = {int(place): line for line, place in enumerate(choice.ranking["place"])}
    standings = standing(rows)
    cases = []
    for case in telling_cases(rows, choice=choice):
        first = rows.iloc[case.places[0]]
        replies = []
        for place in case.places:
            row, line = rows.iloc[place], line_of[int(group[place])]
            answer, problem = row.get("answer"), row.get("error_message")
            replies.append(
                {
                    "name": names[line],
                    "number": line + 1,
                    "standing": STANDINGS[standings[place]],
                    "answer": "" if figures.absent(answer) else _laid_out(str(answer)),
                    "problem": "" if figures.absent(problem) else _beginning(str(problem), _LONGEST_ANSWER),
                    "outcome": OUTCOME_WORDS.get(str(row["outcome"]), str(row["outcome"])),
                    "why": "" if figures.absent(row.get("why")) else figures.beginning(str(row["why"]), 200),
                    "unsure": not figures.absent(row.get("sure")) and not bool(row.get("sure")),
                }
            )
        question = first.get("task_question", case.task_id)
        cases.append(
            {
                "why": case.why,
                "task": str(case.task_id),
                "question": _beginning(str(case.task_id if figures.absent(question) else question), _LONGEST_ANSWER),
                "target": ""
                if figures.absent(first.get("task_target"))
                else str(first["task_target"])[:_LONGEST_ANSWER],
                "replies": replies,
            }
        )
    return cases


def _laid_out(text: str) -> Markup:
    """The beginning of an answer with its Markdown laid out; its headings are none of the page's.

    The tags with which a model marks its thinking are no words of it, and say in brackets what they are.
    """
    text = _THINKING_TAG.sub(lambda tag: f" (here a tag {'ends' if tag[1] else 'begins'} thinking) ", text).strip()
    told = _HEADING.sub(lambda tag: "</p>" if tag[1] else '<p class="heading">', model_markdown(text[:_LONGEST_ANSWER]))
    left = len(text) - _LONGEST_ANSWER
    return Markup(told) + (Markup('<p class="more">… ({:,} more characters)</p>').format(left) if left > 0 else "")


def _beginning(text: str, most: int) -> str:
    """The beginning of a text with its lines; what is left out is counted."""
    text = text.strip()
    return text if len(text) <= most else f"{text[:most].rstrip()} … ({len(text) - most:,} more characters)"


def _failures(rows: pd.DataFrame) -> list[str]:
    """Why calls failed, where all did or one in twenty: kinds of error with their most frequent message."""
    failed = rows[(rows["outcome"] == "error").to_numpy(bool)]
    if len(failed) < 0.05 * len(rows) or not len(failed):
        return []
    found = []
    named = failed["error"].fillna("error") if "error" in failed else None
    for kind, part in failed.groupby(named, sort=False) if named is not None else []:
        messages = part["error_message"].dropna() if "error_message" in part else part["error"].dropna()
        message = figures.beginning(str(messages.mode().iloc[0]), 300) if len(messages) else "no message"
        models = ", ".join(dict.fromkeys(map(str, part["model"].dropna()))) if "model" in part else ""
        found.append(f"{len(part):,} × {kind}{f' of {models}' if models else ''}: {message}")
    return found
