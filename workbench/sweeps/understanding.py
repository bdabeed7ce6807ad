"""What a sweep understood of its tasks, told before anything is bought: columns, targets, scorers, first prompt."""

from __future__ import annotations

import collections
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from workbench.scorers.named import columns_read
from workbench.scorers.score import Scorer
from workbench.scorers.spending import ELSEWHERE
from workbench.show.figures import counted
from workbench.show.markdown import visible
from workbench.tasks.names import LIKELY_NEEDED, REASONING_NAMES, TARGET_NAMES, matching, plain
from workbench.tasks.prompts import Prompt
from workbench.tasks.sent import content_text
from workbench.tasks.slots import called
from workbench.tasks.task import Task, Tasks, alternatives
from workbench.tasks.understood import Understood, html_of, text_of

MOST_PROMPT_CHARACTERS: Final = 2_400
"""Of the first prompt in a text for a terminal; the card of a notebook and `.messages` have all of it."""

_LONG_TARGET_CHARACTERS: Final = 80
_CHECKED_TASKS: Final = 50
_MOST_NAMED: Final = 12

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Understanding:
    """What a sweep understood of its tasks: `messages` is the first prompt as it is sent, `scorers` their counts."""

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

    def sentence(self) -> str:
        """The first line of a sweep."""
        roles = [
            f"{part} from {role.origin.removeprefix('column ')}"
            for part in ("messages", "question", "context", "options", "images", "target", "id")
            if (role := self.understood.of(part)) is not None
        ]
        told = f": {', '.join(roles)}" if roles else ""
        unused = f"; not used: {_some(self.unused)}" if self.unused else ""
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
        lines += [("not used", _some(self.unused))] if self.unused else []
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
            "it is "
            'sent</summary><div class="wb-first-prompt" '
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
        return ", ".join(f"{name} {count:,}" for name, count in self.scorers.items())


def understand(
    tasks: Tasks, prompts: Mapping[str, Prompt], rendered: Mapping[str, Sequence[tuple[Task, Messages]]], scorer: Scorer
) -> Understanding:
    """Put together what a sweep understood: linear in the tasks, and nothing is asked."""
    understood = tasks.understood
    prompt, pairs = next(iter(rendered.items()))
    mentioned = {name for each in prompts.values() for name in each.mentioned}
    columns = list(dict.fromkeys(name for task in tasks if task.extra for name in task.extra))
    placed = {name for task in tasks if task.places for names in task.places.values() for name in names}
    unused = tuple(name for name in columns if name not in mentioned | placed | columns_read(scorer))
    if understood.roles:  # a template of the user's may have used a column that no prompt names
        unused = tuple(name for name in unused if name in understood.others)
    images = {
        name for role in understood.roles if role.part == "images" for name in columns if repr(name) in role.origin
    }
    unused = tuple(name for name in unused if name not in images)
    targets = [task.target for task in tasks]
    with_target = len(targets) - targets.count(None)
    remarks: list[str] = []
    warnings = list(understood.warnings)
    marked = [target is not None or scorer.marks(task) for task, target in zip(tasks, targets, strict=True)]
    warnings += _about_targets(tasks, with_target, marked.count(False), scorer, columns, understood, remarks)
    if scorer.asks:
        held = (
            "neither in this plan nor held back by"
            if scorer.asks.endswith(ELSEWHERE)
            else "not in this plan, but held back by"
        )
        warnings.append(
            f"the scorer {scorer.name!r} asks a model by itself ({scorer.asks}): what that takes is {held} "
            "max_usd. Hand over wb.scorers.judge(wb.ask, model=…), whose calls are planned, limited and kept"
        )
    linked = sum(
        str(image).startswith(("http://", "https://")) for task in tasks if task.images for image in task.images
    )
    if linked:
        remarks.append(
            f"images given by address: {linked:,}, sent and kept as such: a picture that changes there is not "
            "asked about anew; wb.tasks.with_images(tasks) fetches them, and their bytes are in the key"
        )
    for name, each in prompts.items():
        warnings += _about_prompt(name, each, rendered[name], remarks)
    coded = any("holds tests of code" in note for note in understood.notes)  # there `code` is the answer
    needed = [name for name in matching(LIKELY_NEEDED, list(unused)) if not (coded and plain(name) == "code")]
    if needed:
        warnings.append(
            f"column {_quoted(needed)} may belong to the question, and no prompt sends it: "
            f"put {{{{ {called(needed[0])} }}}} in a prompt if the task cannot be solved without"
        )
    return Understanding(
        understood,
        len(tasks),
        with_target,
        _scorers(scorer, tasks, marked),
        unused,
        _bars(targets),
        prompt,
        pairs[0][1],
        tuple(dict.fromkeys(warnings)),
        tuple(dict.fromkeys(remarks)),
    )


def _scorers(scorer: Scorer, tasks: Iterable[Task], marked: Sequence[bool]) -> dict[str, int]:
    """How many tasks each scorer gets; those that nothing can score are told last."""
    named = zip(tasks, marked, strict=True)
    counts = collections.Counter(scorer.of(task).name if can_be else "none" for task, can_be in named)
    none = counts.pop("none", 0)
    return {**dict(counts.most_common()), **({"none (no target)": none} if none else {})}


def _about_targets(
    tasks: Tasks,
    with_target: int,
    lacking: int,
    scorer: Scorer,
    columns: list[str],
    understood: Understood,
    remarks: list[str],
) -> list[str]:
    if not scorer.needs_target:
        return []
    said = []
    tests = next((note for note in understood.notes if "holds tests of code" in note), None)
    if lacking < len(tasks):
        if lacking:
            verbs = ("has", "is") if lacking == 1 else ("have", "are")
            remarks.append(f"{counted(lacking, 'task')} {verbs[0]} no target and {verbs[1]} not scored")
    elif tests:
        said.append(f"no task has a target, so no answer will be scored: {tests}")
    else:
        candidates = _candidates(tasks, columns)
        empty = understood.of("target")
        if empty is not None:
            said.append(
                f"no task has a target, so no answer will be scored: {empty.origin} is empty, or hidden as in "
                f"a test split. "
                "Take another split or file, or name another column with target=… (on the command line --target)"
            )
        elif candidates:
            said.append(
                f"no task has a target, so no answer will be scored. If {_quoted(candidates)} holds it, say so: "
                f"target={candidates[0]!r} (on the command line --target {candidates[0]!r})"
            )
        else:
            remarks.append(
                "no task has a target: answers are kept, and not scored. A column 'target' would be compared"
            )
    if not with_target:
        return said
    lettered = [t for t in tasks if t.target and len(t.target.strip("()")) == 1 and t.target.strip("()").isalpha()]
    if len(lettered) > 1 and len(lettered) == with_target and not _have_options(lettered[:_CHECKED_TASKS]):
        said.append(
            f"the targets are letters ({_some(list(dict.fromkeys(t.target or '' for t in lettered)))}) of options "
            f"that stand "
            "neither in the question nor in columns that are known: name these, choices=[…] (on the command line "
            "--choices)"
        )
    texts = [task.target for task in tasks if task.target is not None and not task.options]
    plain = [len(text) for text in texts if text[:1] not in "{["]
    if plain and scorer.name in ("automatic", "exact") and statistics.median(plain) > _LONG_TARGET_CHARACTERS:
        chosen = {scorer.of(task).name for task in tasks if task.target is not None}
        if "exact" in chosen:
            said.append(
                f"the targets are long texts (half of them over {int(statistics.median(plain))} characters), which no "
                f"answer "
                "equals word for word: nearly all would be marked wrong. Choose a scorer that reads them, such as a "
                "judge "
                "(wb.scorers.judge) or contains"
            )
    return said


def _have_options(tasks: Iterable[Task]) -> bool:
    from workbench.scorers.matching import options_of  # 0.15 s to load, and few tasks have letters for targets

    return any(map(options_of, tasks))


def _candidates(tasks: Sequence[Task], columns: list[str]) -> list[str]:
    """Columns that may hold the target: those with short texts in most tasks, the likeliest names first."""
    first = tasks[:200]
    short = []
    for name in columns:
        cells = [task.extra[name] for task in first if name in task.extra]
        texts = [str(cell) for cell in cells if not isinstance(cell, dict | list)]
        if len(texts) * 2 > len(first) and max(map(len, texts), default=0) <= 200:
            short.append(name)
    return [*matching(TARGET_NAMES, short), *(name for name in short if name not in matching(TARGET_NAMES, short))][:5]


def _about_prompt(name: str, prompt: Prompt, pairs: Sequence[tuple[Task, Messages]], remarks: list[str]) -> list[str]:
    """What a prompt leaves out that the tasks have, and what it gives away."""
    said = []
    checked = pairs[:_CHECKED_TASKS]
    if any(task.options and not _holds(messages, task.options.values()) for task, messages in checked):
        columns = next((task.places.get("options", ()) for task, _ in checked if task.options), ())
        said.append(
            f"prompt {name!r} never sends the options ({_quoted(columns) or 'of the tasks'}): "
            "put {{ options }} in it, or {{ question }}, which brings them along"
        )
    if any(task.context and not _holds(messages, [task.context]) for task, messages in checked):
        columns = next((task.places.get("context", ()) for task, _ in checked if task.context), ())
        said.append(
            f"prompt {name!r} never sends the context ({_quoted(columns) or 'of the tasks'}), which the question is "
            f"about: "
            "put {{ context }} in it, or {{ question }}, which brings it along"
        )
    labels = next((task.labels for task, _ in checked if task.labels), ())
    if labels and not any(_holds(messages, labels) for _, messages in checked[:1]):
        missing = (
            f"prompt {name!r} does not tell the {len(labels)} labels ({_some(labels)}), and a model can only guess "
            f"their "
            "words: put {{ labels }} in it"
        )
        (remarks if _has_words(prompt) else said).append(missing)
    if prompt.system and any(task.system for task, _ in checked) and "system" not in prompt.mentioned:
        said.append(
            f"the system part of prompt {name!r} takes the place of the tasks' own: {{{{ system }}}} would keep it"
        )
    told = [
        column
        for column in matching((*REASONING_NAMES, *TARGET_NAMES), sorted(prompt.mentioned))
        if column not in _asked(checked)
    ]
    if told and any(column in task.extra for task, _ in checked for column in told):
        said.append(f"prompt {name!r} sends {_quoted(told)}, which may tell the model the answer")
    return said


def _has_words(prompt: Prompt) -> bool:
    """Whether a prompt says anything beside the task's own cells: it may tell the labels in other words."""
    return any(re.sub(r"\{[{%].*?[}%]\}", "", template, flags=re.DOTALL).strip() for _, template in prompt.parts())


def _asked(pairs: Sequence[tuple[Task, Messages]]) -> set[str]:
    return {"question", *(name for task, _ in pairs[:1] for name in task.own)}


def _holds(messages: Messages, texts: Iterable[str]) -> bool:
    whole = "\n".join(content_text(message["content"]) for message in messages).casefold()
    return all(text.strip().casefold() in whole for text in texts)


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


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
