"""What a model would have answered had it stopped thinking: kept thoughts are cut, closed, and answered from there.

Each cut is one call, bought once and kept like any other. Before the first of a model, one call checks that it takes a
thought that is handed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final

from workbench.analysis.exits import AT, OF, PROMPT, THOUGHT, ExitCurve, check_within, exit_table, stop_name
from workbench.analysis.tokens import tokens_of
from workbench.cache.kept import current
from workbench.errors import BadRequest, BadResponse, BudgetExceeded, InputError, warn
from workbench.providers.continuing import MORE_TOKENS, Way, way_of
from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.models import Model, resolve
from workbench.replies.reply import Record
from workbench.rows.configurations import numbers
from workbench.rows.derived import derived
from workbench.rows.standing import scored, standing
from workbench.rows.table import checked
from workbench.scorers.score import AnyScorer
from workbench.sweeps.caps import laid_out
from workbench.sweeps.lengths import Past
from workbench.sweeps.plan import Plan, make_plan
from workbench.sweeps.run import sweep
from workbench.sweeps.thought_cuts import cut_thought, places_of
from workbench.tasks.prompts import Prompt
from workbench.tasks.sent import task_of_columns
from workbench.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST_ANSWER_TOKENS: Final = 32
_WORD: Final = "quokka-417"
_PROBE: Final = (
    "I was told beforehand which words to end with, so nothing needs to be worked out here. I read the question once, "
    "and I read it a second time, to be sure that nothing else is wanted of me. All of it is settled and there is "
    f"nothing left to think about. My whole answer will be the code word, and nothing else. The answer is {_WORD}."
)
_PROBE_TOKENS: Final = 40
"""So many tokens longer is a prompt, at least, in which the probe's thought stands: it has about eighty."""

_REFUSALS: Final = frozenset({BadRequest.__name__, BadResponse.__name__})
"""The errors by which a server says that it does not know the form in which a thought is handed over."""


@dataclass(frozen=True)
class Continued(Prompt):
    """The messages of kept calls, each with its cut thought at the end, by the id of the task."""

    texts: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False, compare=False)

    def render(self, task: Task) -> list[dict[str, Any]]:
        return self.texts[task.id]


@dataclass(frozen=True)
class _Group:
    """Rows that are asked on alike: one model, one set of parameters."""

    model: Model
    way: Way
    body: dict[str, Any]
    rows: pd.DataFrame
    records: Mapping[str, Record]


def exit_plan(
    rows: pd.DataFrame, at: Sequence[float | int] = SHARES, *, answer_tokens: int | None = None, sentences: bool = True
) -> list[Plan]:
    """What `exit_rows` would buy, one plan for each model and set of parameters. Sends nothing.

    Until such answers have been bought, those of the rows tell how long they likely are: what was written behind the
    thinking.
    """
    made, cuts = [], places_of(at)
    _checked_options(answer_tokens, {})
    for group in _groups(rows):
        tasks, prompts, _ = _layout(group, cuts, sentences)
        grid = laid_out(tasks, models=group.model, prompts=prompts, **_options(group, answer_tokens))
        made.append(make_plan(grid, current(), expected=_answers(group.rows)))
    return made


def _answers(rows: pd.DataFrame) -> Past | None:
    """How long the answers of some rows were, without their thinking; None where no row tells it."""
    import numpy as np

    tokens = tokens_of(rows[(rows["outcome"] == "answered").to_numpy(bool)])
    answers = np.where(np.isnan(tokens.answer), tokens.output - tokens.thinking, tokens.answer)
    answers = answers[answers > 0]
    if not len(answers):
        return None
    return Past(answers, np.zeros(len(answers), bool), frozenset(), note=", their answers alone")


def exit_rows(
    rows: pd.DataFrame,
    at: Sequence[float | int] = SHARES,
    *,
    answer_tokens: int | None = None,
    sentences: bool = True,
    scorer: AnyScorer = None,
    max_usd: float | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Cut the thinking of kept replies, close it, and buy the answers from there; return their rows.

    `at` are shares of a thought (0.25; 1.0 is all of it) or numbers of tokens (64); with `sentences` a cut goes back to
    the end of the last sentence before it. `answer_tokens` is the cap of each answer, by default twice the longest that
    the rows hold. Other `options` are those of `sweep`. The rows hold `task_exit_at`, `task_exit_thought` (tokens of
    the thought that was handed over) and `task_exit_of` (the key of the kept reply).

    Without `max_usd` only what is free is bought: else InputError says what it would take. Raises InputError in words
    where a provider cannot continue a thought, or where the probe shows that it did not take it, and BudgetExceeded
    where `max_usd` does not hold the probe. Where a host documents
    a prefilled answer only (Moonshot, OpenRouter), the probe decides: it has to answer what the handed thought says.
    """
    import pandas as pd

    cuts = places_of(at)
    _checked_options(answer_tokens, options)
    groups = _groups(rows)
    if max_usd is None:
        _check_free(exit_plan(rows, at, answer_tokens=answer_tokens, sentences=sentences))
    left, found = max_usd, []
    for group in groups:
        left = _less(left, _probe(group, left, options))
        tasks, prompts, lengths = _layout(group, cuts, sentences)
        bought = sweep(
            tasks,
            models=group.model,
            prompts=prompts,
            scorer=scorer,
            max_usd=left,
            **_options(group, answer_tokens),
            **options,
        )
        left = _less(left, bought)
        _warn_of_new_thoughts(group, bought)
        places = {prompt.name: cut for prompt, cut in zip(prompts, cuts, strict=True)}
        bought[AT] = pd.array([float(places[name]) for name in bought["prompt"]], dtype="Float64")
        bought[THOUGHT] = pd.array(
            [lengths[identity, name] for identity, name in zip(bought["task_id"], bought["prompt"], strict=True)],
            dtype="Float64",
        )
        bought["task_id"] = bought["task_exit_task"]
        bought["prompt"] = bought[PROMPT]
        found.append(bought.drop(columns=["extra_body", "extra_body_parameter", "task_exit_task"], errors="ignore"))
    return pd.concat(found, ignore_index=True)


def exit_curve(
    rows: pd.DataFrame,
    at: Sequence[float | int] = SHARES,
    *,
    within: float = 0.05,
    max_usd: float | None = None,
    **options: Any,
) -> ExitCurve:
    """Tell what the model would have answered had it stopped, at every place of `at`: accuracy against thinking tokens.

    Buys what `exit_rows` buys, with its options; what is kept is not bought again. Beside each cut stands the plain cap
    of as many tokens, where a thought that is cut is never answered. `best` marks the cheapest stop that is shown, on
    the same tasks, to lose less than `within` against thinking to the end (one-sided, 95 %). Raises InputError, before
    anything is bought, for what `exit_rows` refuses and where no answer could be marked.
    """
    check_within(within)
    marked = checked(rows, "task_id", "outcome", "correct", minimum=1)
    aimed = "task_target" in marked.columns and marked["task_target"].notna().any()
    if not scored(marked, standing(marked)).any() or (options.get("scorer") is None and not aimed):
        raise InputError(
            "No exit could be right or wrong: "
            + ("the rows have no targets" if not aimed else "none of the replies has a mark")
            + ". Give rows of tasks with targets, or buy the answers alone with exit_rows"
        )
    return exit_table(rows, exit_rows(rows, at, max_usd=max_usd, **options), within=within)


def _checked_options(answer_tokens: Any, options: Mapping[str, Any]) -> None:
    """Refuse what would make no exits, before anything is asked."""
    if answer_tokens is not None and (
        isinstance(answer_tokens, bool) or not isinstance(answer_tokens, Integral) or answer_tokens < 1
    ):
        raise InputError(f"answer_tokens is {answer_tokens!r}; give a whole number of at least 1, or leave it out")
    taken = sorted(options.keys() & _SET_HERE.keys())
    if taken:
        raise InputError(f"{taken[0]} cannot be given here: {_SET_HERE[taken[0]]}")


_SET_HERE: Final = {
    "tasks": "they are those of the rows",
    "models": "each thought goes back to the model that had it; choose rows instead",
    "prompts": "they are the kept requests, each with its cut thought",
    "max_tokens": "the cap of an answer is answer_tokens",
    "params": "they are those of the kept requests",
    "repeats": "each cut is asked once; the draws are those of the rows, so sweep those with repeats",
}
"""Options of `sweep` that are settled by the rows, and why."""


def _groups(rows: pd.DataFrame) -> list[_Group]:
    """The rows whose thinking can be continued, by model and parameters; what cannot is said."""
    rows = checked(rows, "task_id", "model", "outcome", "correct", "thinking", "key", minimum=1)
    rows = rows[~derived(rows)]
    rows = rows[~(rows.duplicated(["key", "model"]) & rows["key"].notna()).to_numpy(bool)]
    visible = rows["thinking_visibility"] if "thinking_visibility" in rows.columns else None
    whole = rows["thinking"].map(lambda text: isinstance(text, str) and bool(text.strip())).to_numpy(bool)
    if visible is not None:
        whole = whole & ~visible.isin(["hidden", "summary"]).to_numpy(bool)
    if not whole.any():
        raise InputError("no row holds thinking that can be cut: it is hidden, a summary, or there is none")
    usable = rows[whole & rows["key"].notna().to_numpy(bool)]
    records = current().lookup_many(list(dict.fromkeys(usable["key"])))
    usable = usable[usable["key"].isin(list(records)).to_numpy(bool)].drop_duplicates(["key", "model"])
    if not len(usable):
        raise InputError("the replies of these rows are not kept here: their requests are needed to go on from them")
    if len(usable) < len(rows):
        warn(
            f"{len(rows) - len(usable):,} of {len(rows):,} rows have no kept thinking that can be cut; they are left "
            "out"
        )
    by: dict[tuple[str, str], list[str]] = {}
    for key, label in zip(usable["key"], usable["model"], strict=True):
        request = records[key]["request"]
        sent = {name: value for name, value in request["body"].items() if name not in _NOT_KEPT}
        by.setdefault((f"{request['model_id']}\0{label}", json.dumps(sent, sort_keys=True)), []).append(key)
    groups = []
    for (names, body), keys in by.items():
        model = Model(*names.split("\0"))
        its_own = usable["key"].isin(keys) & (usable["model"] == model.label)  # one reply may stand under two labels
        mine = usable[its_own.to_numpy(bool)].reset_index(drop=True)
        groups.append(
            _Group(model, way_of(resolve(model)), json.loads(body), mine, {key: records[key] for key in keys})
        )
    return groups


_NOT_KEPT: Final = frozenset({"model", "messages", "stream", "stream_options", "n", *MAX_TOKENS_NAMES})


def _options(group: _Group, answer_tokens: int | None) -> dict[str, Any]:
    known = numbers(group.rows, "answer_tokens")
    longest = max((int(number) for number in known if number == number), default=0)
    cap = answer_tokens if answer_tokens is not None else max(LEAST_ANSWER_TOKENS, 2 * longest)
    return {"max_tokens": cap + MORE_TOKENS, "params": {"extra_body": {**group.body, **group.way.body}}}


def _layout(
    group: _Group, cuts: Sequence[float | int], sentences: bool
) -> tuple[list[Task], list[Prompt], dict[tuple[str, str], float]]:
    """The kept calls as tasks, and the cuts as prompts; with the tokens of each thought that is handed over."""
    tasks = [
        _task({str(name): value for name, value in row.items()}, group.records[str(row["key"])])
        for row in group.rows.to_dict("records")
    ]
    prompts: list[Prompt] = []
    lengths: dict[tuple[str, str], float] = {}
    known = numbers(group.rows, "thinking_tokens")
    for cut in cuts:
        name = f"stopped at {stop_name(cut)}"
        texts = {}
        for task, row, tokens in zip(tasks, group.rows.to_dict("records"), known, strict=True):
            record = group.records[str(row["key"])]
            thought, length = cut_thought(
                str(row["thinking"]),
                cut,
                tokens=float(tokens),
                token_ends=record.get("token_ends", ()),
                sentences=sentences,
            )
            lengths[task.id, name] = length
            messages = [dict(message) for message in record["request"]["body"]["messages"]]
            texts[task.id] = [*messages, group.way.message(thought)]
        prompts.append(Continued(name, texts=texts))
    return tasks, prompts, lengths


def _task(row: Mapping[str, Any], record: Record) -> Task:
    import pandas as pd

    def given(name: str) -> Any:
        value = row.get(name)
        return None if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else value

    core = ("task_id", "task_question", "task_target")
    cells = {
        name[5:]: given(name)
        for name in row
        if str(name).startswith("task_") and name not in core and given(name) is not None
    }
    cells |= {
        OF.removeprefix("task_"): row["key"],
        "exit_task": row["task_id"],
        PROMPT.removeprefix("task_"): str(row.get("prompt")),
    }
    return task_of_columns(
        f"{row['task_id']} {str(row['key'])[:12]}",
        str(given("task_question") or json.dumps(record["request"]["body"]["messages"], ensure_ascii=False)),
        given("task_target"),
        cells,
    )


def _probe(group: _Group, max_usd: float | None, options: Mapping[str, Any]) -> pd.DataFrame:
    """One call that checks that the thought was taken; raises InputError where it was not."""
    row = group.rows.iloc[0].to_dict()
    messages = group.records[str(row["key"])]["request"]["body"]["messages"]
    task = Task("probe", str(row.get("task_question") or "probe"))
    prompt = Continued("probe", texts={"probe": [*messages, group.way.message(_PROBE)]})
    asked = {**options, "name": "probe of a thought", **_options(group, LEAST_ANSWER_TOKENS)}
    found = sweep([task], models=group.model, prompts=[prompt], max_usd=max_usd, **asked)
    line = found.iloc[0]
    if line["outcome"] == "error" and line["error"] == BudgetExceeded.__name__:
        raise BudgetExceeded(str(line["error_message"]))
    if line["outcome"] == "error":
        what = "did not take a thought that was handed over" if line["error"] in _REFUSALS else "could not be asked"
        raise InputError(
            f"{group.model.label!r} {what}: {line['error_message']} (way {group.way.name!r}, {group.way.source})"
        )
    answer = line["answer"] if isinstance(line["answer"], str) else ""
    thinking = line["thinking"] if isinstance(line["thinking"], str) else ""
    more = thinking.replace(_PROBE, "").replace("</think>", "").strip()
    before, now = numbers(group.rows.iloc[:1], "prompt_tokens")[0], numbers(found, "prompt_tokens")[0]
    longer = now - before >= _PROBE_TOKENS and not group.way.tried
    if more or not (_WORD.split("-")[1] in answer or longer):
        said = f"its answer was {answer[:60]!r}"
        nothing = "not the code word of the thought" if group.way.tried else "its prompt no longer than without"
        why = f"it thought anew ({more[:60]!r})" if more else f"{said}, {nothing}"
        raise InputError(
            f"{group.model.label!r} did not take the thought: {why}; so no exit can be told of it "
            f"(way {group.way.name!r}, {group.way.source})"
        )
    return found


def _warn_of_new_thoughts(group: _Group, bought: pd.DataFrame) -> None:
    """A host that took the probe may still think anew: such an answer tells nothing of the cut."""
    if not group.way.tried:
        return
    anew = sum(isinstance(text, str) and bool(text.strip()) for text in bought["thinking"])
    if anew:
        warn(
            f"{anew:,} of {len(bought):,} answers of {group.model.label!r} were thought about anew, though the probe "
            "was taken: they do not tell what the cut thought would have given"
        )


def _less(left: float | None, bought: pd.DataFrame) -> float | None:
    if left is None:
        return None
    spent = numbers(bought, "usd_spent")
    return max(0.0, left - float(spent[spent == spent].sum()))


def _check_free(plans: Sequence[Plan]) -> None:
    worst = [made.usd_worst for made in plans]
    if any(usd is None or usd > 0 for usd in worst):
        told = "; ".join(made._sentence() for made in plans)
        raise InputError(f"the answers have to be bought: {told}. Give max_usd=… to say how much it may take")
