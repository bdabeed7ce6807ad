"""What a sweep understood of its tasks, told before anything is bought: columns, targets, scorers, first prompt."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from workbench.scorers.named import automatic, columns_read
from workbench.scorers.score import Scorer
from workbench.show.figures import counted
from workbench.show.markdown import visible
from workbench.sweeps.hints import Hints, Messages, some
from workbench.tasks.prompts import Prompt
from workbench.tasks.sent import content_text
from workbench.tasks.task import Task, Tasks, alternatives
from workbench.tasks.understood import Understood, html_of, text_of

MOST_PROMPT_CHARACTERS: Final = 2_400
"""Of the first prompt in a text for a terminal; the card of a notebook and `.messages` have all of it."""


MANY_TASKS: Final = 20_000
"""Of more tasks than this, the scorers of some are looked up: of a million it takes minutes, and calls wait for it."""

TASKS_LOOKED_AT: Final = 2_000
"""So many are these, evenly spread."""


@dataclass(frozen=True)
class Understanding:
    """What a sweep understood of its tasks: `messages` is the first prompt as it is sent, `scorers` their counts.

    `looked_at` is of how many tasks the scorers were counted, where that is not all of them.
    """

    understood: Understood
    tasks: int
    with_target: int
    scorers: Mapping[str, int]
    unused: tuple[str, ...]
    bars: str
    prompt: str
    messages: Messages
    warnings: tuple[str, ...]
    remarks: tuple[str, ...]
    looked_at: int | None = None

    def sentence(self) -> str:
        """The first line of a sweep."""
        roles = [
            f"{part} from {role.origin.removeprefix('column ')}"
            for part in ("messages", "question", "context", "options", "images", "target", "id")
            if (role := self.understood.of(part)) is not None
        ]
        told = f": {', '.join(roles)}" if roles else ""
        unused = f"; not used: {some(self.unused)}" if self.unused else ""
        return visible(
            f"{counted(self.tasks, 'task')} from {self.understood.source}{told}; {self.with_target:,} with a target; "
            f"scored by {self._counted()}{unused}"
        )

    def lines(self, *, warnings: bool = True) -> list[tuple[str, str]]:
        """All of it but the first prompt, as heads and texts."""
        known = [line for line in self.understood.lines() if line[0] not in ("others", "warning")]
        lines = [("tasks", f"{self.tasks:,} from {self.understood.source}"), *known]
        if self.understood.of("target") is None or not known:
            lines.append(("target", f"{self.with_target:,} of {self.tasks:,} tasks have one"))
        lines.append(("scorer", self._counted()))
        lines += [("bars", self.bars)] if self.bars else []
        lines += [("not used", some(self.unused))] if self.unused else []
        lines += [("note", remark) for remark in self.remarks]
        lines += [("warning", warning) for warning in self.warnings] if warnings else []
        return [(head, visible(text)) for head, text in lines]

    def text(self, *, warnings: bool = True) -> str:
        """All of it as plain text, with the first prompt."""
        return f"{text_of(self.lines(warnings=warnings))}\n{self.prompt_text()}"

    def prompt_text(self) -> str:
        """The first prompt as plain text, each part behind its role."""
        whole = "\n".join(f"[{message['role']}] {content_text(message['content'])}" for message in self.messages)
        if len(whole) > MOST_PROMPT_CHARACTERS:
            half = MOST_PROMPT_CHARACTERS // 2
            whole = f"{whole[:half]}\n… {len(whole) - 2 * half:,} characters more …\n{whole[-half:]}"
        return f"first prompt, {self.prompt!r}, as it is sent:\n" + "\n".join(
            f"  | {line}" for line in visible(whole).split("\n")
        )

    def html(self, *, warnings: bool = True, open_prompt: bool = True) -> Markup:
        """All of it as HTML of our own making; every text is escaped."""
        parts = Markup().join(
            Markup('<div style="opacity:.75;margin-top:4px">{}</div><div>{}</div>').format(
                visible(message["role"]), visible(content_text(message["content"]))
            )
            for message in self.messages
        )
        return Markup(
            '{}<details class="mathjax_ignore"{}><summary style="cursor:pointer;font-size:12px">first prompt, {}, as '
            'it is sent</summary><div class="wb-first-prompt" '
            'style="white-space:pre-wrap;overflow-wrap:anywhere;max-height:24em;'
            "overflow:auto;border:1px solid rgba(128,128,128,.35);border-radius:4px;padding:4px 8px;margin:4px 0;"
            'font-size:12px;line-height:1.4;color:inherit">{}</div></details>'
        ).format(
            html_of(self.lines(warnings=warnings)),
            Markup(" open" if open_prompt else ""),
            visible(repr(self.prompt)),
            parts,
        )

    def _counted(self) -> str:
        counts = ", ".join(f"{name} {count:,}" for name, count in self.scorers.items())
        return counts if self.looked_at is None else f"{counts} (of {self.looked_at:,} tasks looked at)"


def understand(
    tasks: Tasks,
    prompts: Mapping[str, Prompt],
    rendered: Mapping[str, Sequence[tuple[Task, Messages]]],
    scorer: Scorer,
    *,
    alike: bool = False,
) -> Understanding:
    """Put together what a sweep understood: linear in the tasks, and nothing is asked.

    Of tasks that are `alike` but for their questions the first stands for all, unless the scorer is told each. Of very
    many the scorers are counted among some; a scorer that a task names itself is looked up in each all the same, and
    raises InputError where there is none of that name.
    """
    prompt, pairs = next(iter(rendered.items()))
    each = tasks[:1] if alike and (scorer.chosen is None or scorer.word == automatic().word) else tasks
    times = len(tasks) // max(len(each), 1)
    columns = list(dict.fromkeys(name for task in each if task.extra for name in task.extra))
    unused = _unused(columns, each, prompts, scorer)
    targets = [task.target for task in each]
    marked = [target is not None or scorer.marks(task) for task, target in zip(each, targets, strict=True)]
    many = len(each) > MANY_TASKS and scorer.chosen is not None
    places = slice(None, None, len(each) // TASKS_LOOKED_AT if many else 1)
    spread = each[places]
    for task in each if many else ():
        if "scorer" in task.extra:
            scorer.of(task)
    hints = Hints(list(tasks.understood.warnings))
    hints.about_targets(each, marked, scorer, columns, spread)
    hints.about_scorer(scorer)
    hints.about_images(each)
    for name, template in prompts.items():
        hints.about_prompt(name, template, rendered[name])
    hints.about_unused(unused, tasks.understood)
    return Understanding(
        tasks.understood,
        len(tasks),
        times * (len(targets) - targets.count(None)),
        {name: times * count for name, count in _scorers(scorer, spread, marked[places]).items()},
        unused,
        _bars(targets),
        prompt,
        pairs[0][1],
        tuple(dict.fromkeys(hints.warnings)),
        tuple(dict.fromkeys(hints.remarks)),
        len(spread) if many else None,
    )


def _unused(columns: list[str], tasks: Tasks, prompts: Mapping[str, Prompt], scorer: Scorer) -> tuple[str, ...]:
    """The columns that neither a prompt nor the scorer reads, and that became no part of a task."""
    roles = tasks.understood.roles
    read = {name for prompt in prompts.values() for name in prompt.mentioned} | columns_read(scorer)
    placed = {name for task in tasks if task.places for names in task.places.values() for name in names}
    images = {name for role in roles if role.part == "images" for name in columns if repr(name) in role.origin}
    used = read | placed | images
    # Where roles were found, a template of the user's may have used a column that no prompt names.
    return tuple(name for name in columns if name not in used and (not roles or name in tasks.understood.others))


def _scorers(scorer: Scorer, tasks: Iterable[Task], marked: Sequence[bool]) -> dict[str, int]:
    """How many tasks each scorer gets; those that nothing can score are told last."""
    named = zip(tasks, marked, strict=True)
    counts = collections.Counter(scorer.of(task).name if can_be else "none" for task, can_be in named)
    none = counts.pop("none", 0)
    return {**dict(counts.most_common()), **({"none (no target)": none} if none else {})}


def _bars(targets: Iterable[str | None]) -> str:
    """What the bars in targets were taken for."""
    barred = [target for target in targets if target and "|" in target]
    cut = [target for target in barred if len(alternatives(target)) > 1]
    whole = [target for target in barred if len(alternatives(target)) == 1]
    told = []
    if cut:
        told.append(f"{len(cut):,} targets hold several accepted answers, cut at ' | ' ({_short(cut[0])})")
    if whole:
        told.append(
            f"in {len(whole):,} targets the bar is part of the answer ({_short(whole[0])}); ' | ' with blanks would cut"
        )
    return "; ".join(told)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
