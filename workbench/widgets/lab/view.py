"""How the prompt lab looks: its style sheet, its cells, its task, and the static form that a saved notebook keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from markupsafe import Markup, escape

from workbench.replies import cards
from workbench.replies.reply import reply_card
from workbench.show import figures
from workbench.show.markdown import visible
from workbench.show.styles import style_sheet
from workbench.sweeps.progress import Progress
from workbench.tasks.sent import callable_names, columns_of_task, lettered
from workbench.tasks.tasks import Task
from workbench.widgets.lab.run import LabCell
from workbench.widgets.lab.state import LabState, Variant

STYLE: Final = style_sheet("workbench.widgets.lab", "lab.css") + cards.STYLE

WHILE_LIVE: Final = style_sheet("workbench.widgets.lab", "live.css")
"""Part of the live panel only: while it is on the page, the static form below it would say the same twice."""


def cell_html(cell: LabCell) -> Markup:
    """One cell of the results: who answered what, how it ended, its score, its tokens, what it took."""
    sample = [f"sample {cell.sample + 1}"] if cell.sample else []
    name = " · ".join([cell.title, *sample])
    if cell.reply is None:
        state = f"{cell.waits_for or 'asking'}, {cell.seconds:.1f} s" if cell.state == "asking" else cell.state
        return cards.under_way_html(
            name, state, thinking=cell.thinking_text, answer=cell.answer_text, problem=cell.problem
        )
    reply = cell.reply
    foot = [figures.spent(reply.usd), f"{reply.seconds:.1f} s", "kept" if reply.cached else "bought"]
    standing, why = (cell.score.standing, cell.score.why) if cell.score else (None, "")
    card = cards.card_html(reply_card(reply, name=name, standing=standing, why=why, foot=foot))
    return card + (message_html(cell.problem) if cell.problem else Markup())


def task_html(task: Task) -> Markup:
    """The chosen task and its fields."""
    fields = {"target": task.target if task.target is not None else "none: answers are not scored"}
    fields |= {name: cell for name, cell in columns_of_task(task).items() if name not in ("options", "labels", "turns")}
    fields |= {"options": lettered(task.options)} if task.options else {}
    fields |= {"turns": "\n".join(f"{role}: {text}" for role, text in task.turns)} if task.turns else {}
    lines = Markup().join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(visible(name), visible(str(value))) for name, value in fields.items()
    )
    return Markup('<div class="wb-box mathjax_ignore"><div class="wb-question">{}</div><dl>{}</dl></div>').format(
        visible(task.question), lines
    )


def plans_text(plans: Sequence[Any]) -> str:
    """What a run of the chosen task would take, and of all tasks where there are several, with the warnings of both."""
    texts = [repr(plan).splitlines() for plan in plans]
    names = ("This task", f"All {plans[-1].understanding.tasks} tasks" if len(plans) > 1 else "")
    lines = [f"{name}: {text[0]}" for name, text in zip(names, texts, strict=False)]
    warnings = dict.fromkeys(line.strip() for text in texts for line in text if line.startswith("  warning: "))
    return "\n".join([*lines, *warnings])


def understood_html(plans: Sequence[Any]) -> str:
    """What was understood of all tasks, folded away, with the first prompt of the chosen one."""
    known = [plan.understanding for plan in plans if getattr(plan, "understanding", None) is not None]
    if not known:
        return ""
    whole = replace(known[-1], prompt=known[0].prompt, messages=known[0].messages)
    return str(
        Markup('<details class="mathjax_ignore"><summary class="wb-quiet">{}</summary>{}</details>').format(
            whole.sentence(), whole.html()
        )
    )


def variables_html(state: LabState, variant: Variant) -> Markup:
    """The variables that a variant uses, and what is wrong with it."""
    problem = state.problem_of(variant)
    known = {"question", "task", *(name for task in state.tasks for name in callable_names(task))} - {"target"}
    chips = Markup().join(
        Markup('<span class="wb-chip {}">{}</span>').format("" if name in known else "wb-bad", visible(name))
        for name in variant.variables()
    )
    offered = ", ".join(sorted(known - set(variant.variables())))
    also = Markup('<span class="wb-quiet">also: {}</span>').format(visible(offered)) if offered else Markup()
    return Markup('<div class="mathjax_ignore">uses {}{}{}</div>').format(
        chips or "nothing ", also, message_html(problem) if problem else Markup()
    )


def message_html(text: str, *, problem: bool = True) -> Markup:
    """One sentence in the panel; a screen reader says it."""
    lines = Markup("<br>").join(visible(line) for line in text.splitlines())
    return Markup('<div class="{} mathjax_ignore" role="{}">{}</div>').format(
        "wb-problem" if problem else "wb-quiet", "alert" if problem else "status", lines
    )


def diff_html(one: LabCell, other: LabCell) -> Markup:
    """Two answers beside each other, with the words that differ marked."""
    pair = [cards.Card(cell.name, answer=cell.answer_text) for cell in (one, other)]
    return cards.pair_html(pair, diff=True)


def progress_html(progress: Progress, *, final: bool) -> Markup:
    """How far a sweep is: one line and a bar."""
    share = 100 * progress.done / progress.total if progress.total else 100
    return Markup(
        '<div class="wb-quiet mathjax_ignore" role="status">{}<div class="wb-meter"><i style="width:{:.1f}%"></i></div>'
        "</div>"
    ).format(progress.line(final=final), share)


def static_html(
    state: LabState, cells: Sequence[LabCell], *, task: Task | None, summary: str = "", code: str = ""
) -> Markup:
    """What a saved notebook and a report show of the lab: the task, the last results, the prompts in full, the code."""
    if task is None and not summary:
        results = Markup('<div class="wb-quiet">Nothing was run yet.</div>')
    else:
        results = Markup() if task is None else task_html(task)
        results += Markup('<div class="wb-grid">{}</div>').format(Markup().join(map(cell_html, cells)))
        results += Markup(summary)  # a summary table escapes what it shows
    return Markup(
        '{}<div class="wb-lab wb-cards wb-lab-static"><h4>Prompt lab: last results</h4>{}<h4>Prompts</h4>{}{}</div>'
    ).format(STYLE, results, _prompts(state.variants), _folded("The code that repeats it", code) if code else "")


def _prompts(variants: Iterable[Variant]) -> Markup:
    return Markup().join(
        _folded(variant.name, (f"[system]\n{variant.system}\n\n[user]\n" if variant.system else "") + variant.user)
        for variant in variants
    )


def _folded(title: str, text: str) -> Markup:
    return Markup(
        '<details class="mathjax_ignore"><summary>{}</summary><pre class="wb-box" style="white-space:pre-wrap">{}</pre>'
        "</details>"
    ).format(escape(visible(title)), visible(text))
