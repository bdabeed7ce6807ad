"""What may be wrong with tasks and prompts, said before anything is bought: warnings, and remarks on the rest."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.scorers.score import Scorer
from workbench.scorers.spending import ELSEWHERE
from workbench.show.figures import counted
from workbench.tasks.names import LIKELY_NEEDED, REASONING_NAMES, TARGET_NAMES, matching, plain
from workbench.tasks.prompts import Prompt
from workbench.tasks.sent import content_text
from workbench.tasks.slots import called
from workbench.tasks.task import Task, Tasks
from workbench.tasks.understood import Understood

_LONG_TARGET_CHARACTERS: Final = 80
_SHORT_CELL_CHARACTERS: Final = 200
_CHECKED_TASKS: Final = 50
_LOOKED_THROUGH_TASKS: Final = 200
_MOST_NAMED: Final = 12

Messages = list[dict[str, Any]]
Pairs = Sequence[tuple[Task, Messages]]
"""Tasks, each with what is sent of it."""


@dataclass
class Hints:
    """What is said of a sweep's tasks: `warnings` of what would cost a result, `remarks` of what is worth knowing."""

    warnings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def about_targets(
        self, tasks: Tasks, marked: Sequence[bool], scorer: Scorer, columns: list[str], spread: Sequence[Task]
    ) -> None:
        """Say what will not be scored, or hardly well; `marked` says of each task whether it can be.

        How targets are written is told from `spread`, which are some of very many tasks.
        """
        if not scorer.needs_target:
            return
        lacking = marked.count(False)
        if lacking == len(tasks):
            self._about_no_target(tasks, columns)
        elif lacking:
            verbs = ("has", "is") if lacking == 1 else ("have", "are")
            self.remarks.append(f"{counted(lacking, 'task')} {verbs[0]} no target and {verbs[1]} not scored")
        with_target = [task for task in spread if task.target is not None]
        if with_target:
            self._about_letters(with_target)
            self._about_long_targets(with_target, scorer)

    def _about_no_target(self, tasks: Tasks, columns: list[str]) -> None:
        tests, empty = tests_in(tasks.understood), tasks.understood.of("target")
        candidates = _candidates(tasks, columns)
        unscored = "no task has a target, so no answer will be scored"
        if tests:
            self.warnings.append(f"{unscored}: {tests}")
        elif empty is not None:
            self.warnings.append(
                f"{unscored}: {empty.origin} is empty, or hidden as in a test split. "
                "Take another split or file, or name another column with target=… (on the command line --target)"
            )
        elif candidates:
            self.warnings.append(
                f"{unscored}. If {quoted(candidates)} holds it, say so: "
                f"target={candidates[0]!r} (on the command line --target {candidates[0]!r})"
            )
        else:
            self.remarks.append(
                "no task has a target: answers are kept, and not scored. A column 'target' would be compared"
            )

    def _about_letters(self, with_target: Sequence[Task]) -> None:
        letters = [task.target for task in with_target if task.target and _is_letter(task.target.strip("()"))]
        if len(letters) < max(2, len(with_target)) or _have_options(with_target[:_CHECKED_TASKS]):
            return
        self.warnings.append(
            f"the targets are letters ({some(list(dict.fromkeys(letters)))}) of options that stand neither in the "
            "question nor in columns that are known: name these, choices=[…] (on the command line --choices)"
        )

    def _about_long_targets(self, with_target: Sequence[Task], scorer: Scorer) -> None:
        texts = [task.target for task in with_target if task.target is not None and not task.options]
        lengths = [len(text) for text in texts if text[:1] not in "{["]
        if not lengths or scorer.name not in ("automatic", "exact"):
            return
        usual = statistics.median(lengths)
        if usual > _LONG_TARGET_CHARACTERS and any(scorer.of(task).name == "exact" for task in with_target):
            self.warnings.append(
                f"the targets are long texts (half of them over {int(usual)} characters), which no answer equals word "
                "for word: nearly all would be marked wrong. Choose a scorer that reads them, such as a judge "
                "(wb.scorers.judge) or contains"
            )

    def about_scorer(self, scorer: Scorer) -> None:
        """Warn of a scorer that asks a model behind the plan's back."""
        if not scorer.asks:
            return
        unseen = scorer.asks.endswith(ELSEWHERE)
        held = "neither in this plan nor held back by" if unseen else "not in this plan, but held back by"
        self.warnings.append(
            f"the scorer {scorer.name!r} asks a model by itself ({scorer.asks}): what that takes is {held} "
            "max_usd. Hand over wb.scorers.judge(wb.ask, model=…), whose calls are planned, limited and kept"
        )

    def about_images(self, tasks: Tasks) -> None:
        """Remark on images that are given by address, behind which another picture may stand tomorrow."""
        images = (str(image) for task in tasks if task.images for image in task.images)
        linked = sum(image.startswith(("http://", "https://")) for image in images)
        if linked:
            self.remarks.append(
                f"images given by address: {linked:,}, sent and kept as such: a picture that changes there is not "
                "asked about anew; wb.tasks.with_images(tasks) fetches them, and their bytes are in the key"
            )

    def about_prompt(self, name: str, prompt: Prompt, pairs: Pairs) -> None:
        """Say what a prompt leaves out that the tasks have, and what it gives away."""
        checked = pairs[:_CHECKED_TASKS]
        self._about_unsent(name, checked)
        self._about_labels(name, prompt, checked)
        if prompt.system and any(task.system for task, _ in checked) and "system" not in prompt.mentioned:
            self.warnings.append(
                f"the system part of prompt {name!r} takes the place of the tasks' own: {{{{ system }}}} would keep it"
            )
        asked = {"question", *(column for task, _ in checked[:1] for column in task.own)}
        telling = matching((*REASONING_NAMES, *TARGET_NAMES), sorted(prompt.mentioned))
        told = [column for column in telling if column not in asked]
        if told and any(column in task.extra for task, _ in checked for column in told):
            self.warnings.append(f"prompt {name!r} sends {quoted(told)}, which may tell the model the answer")

    def _about_unsent(self, name: str, checked: Pairs) -> None:
        if any(task.options and not _holds(messages, task.options.values()) for task, messages in checked):
            columns = next((task.places.get("options", ()) for task, _ in checked if task.options), ())
            self.warnings.append(
                f"prompt {name!r} never sends the options ({quoted(columns) or 'of the tasks'}): "
                "put {{ options }} in it, or {{ question }}, which brings them along"
            )
        if any(task.context and not _holds(messages, [task.context]) for task, messages in checked):
            columns = next((task.places.get("context", ()) for task, _ in checked if task.context), ())
            self.warnings.append(
                f"prompt {name!r} never sends the context ({quoted(columns) or 'of the tasks'}), which the question is "
                "about: put {{ context }} in it, or {{ question }}, which brings it along"
            )

    def _about_labels(self, name: str, prompt: Prompt, checked: Pairs) -> None:
        """A prompt of its own words may tell the labels in other ones: then it is a remark."""
        labels = next((task.labels for task, _ in checked if task.labels), ())
        if not labels or any(_holds(messages, labels) for _, messages in checked[:1]):
            return
        (self.remarks if _has_words(prompt) else self.warnings).append(
            f"prompt {name!r} does not tell the {len(labels)} labels ({some(labels)}), and a model can only guess "
            "their words: put {{ labels }} in it"
        )

    def about_unused(self, unused: Sequence[str], understood: Understood) -> None:
        """Warn of columns that no prompt sends and that a question may need; beside tests `code` is the answer."""
        needed = matching(LIKELY_NEEDED, list(unused))
        if tests_in(understood):
            needed = [name for name in needed if plain(name) != "code"]
        if needed:
            self.warnings.append(
                f"column {quoted(needed)} may belong to the question, and no prompt sends it: "
                f"put {{{{ {called(needed[0])} }}}} in a prompt if the task cannot be solved without"
            )


def tests_in(understood: Understood) -> str | None:
    """The note that a column holds tests of code; None where none does."""
    return next((note for note in understood.notes if "holds tests of code" in note), None)


def quoted(names: Iterable[str]) -> str:
    """Names of columns as they are told in a sentence."""
    return ", ".join(map(repr, names))


def some(names: Sequence[str]) -> str:
    """The first dozen of some names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def _have_options(tasks: Iterable[Task]) -> bool:
    from workbench.scorers.matching import options_of  # 0.15 s to load, and few tasks have letters for targets

    return any(map(options_of, tasks))


def _candidates(tasks: Sequence[Task], columns: list[str]) -> list[str]:
    """Columns that may hold the target: those with short texts in most tasks, the likeliest names first."""
    first = tasks[:_LOOKED_THROUGH_TASKS]
    short = []
    for name in columns:
        cells = [task.extra[name] for task in first if name in task.extra]
        texts = [str(cell) for cell in cells if not isinstance(cell, dict | list)]
        if len(texts) * 2 > len(first) and max(map(len, texts), default=0) <= _SHORT_CELL_CHARACTERS:
            short.append(name)
    return [*matching(TARGET_NAMES, short), *(name for name in short if name not in matching(TARGET_NAMES, short))][:5]


def _has_words(prompt: Prompt) -> bool:
    """Whether a prompt says anything beside the task's own cells."""
    return any(re.sub(r"\{[{%].*?[}%]\}", "", template, flags=re.DOTALL).strip() for _, template in prompt.parts())


def _holds(messages: Messages, texts: Iterable[str]) -> bool:
    whole = "\n".join(content_text(message["content"]) for message in messages).casefold()
    return all(text.strip().casefold() in whole for text in texts)
