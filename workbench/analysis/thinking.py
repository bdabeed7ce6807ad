"""What is in the thinking, one row a reply: where the right answer first stood, what came after, and what that cost.

A place in a thought becomes tokens by its share of the thought's UTF-8 bytes, times the thinking tokens that were
counted (else a fourth of the bytes: `thinking_tokens_source` says so). Hidden thinking and summaries of it tell nothing
of the thought: their rows are NA, and `read` says why.
"""

from __future__ import annotations

import itertools
import json
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.duplicates import said_of_duplicates
from workbench.analysis.targets.forms import Form, forms_of
from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.targets.places import refused, standing_in
from workbench.analysis.thinking_table import ThinkingRead
from workbench.analysis.thoughts.drafts import Draft, drafts_and_asked, key_of, restated
from workbench.analysis.thoughts.languages import UNKNOWN, languages, main_language, scripts
from workbench.analysis.thoughts.pace import seconds_per_thinking_token, usd_per_output_token
from workbench.analysis.thoughts.repetition import Repetition, repetition
from workbench.analysis.thoughts.text import Thought
from workbench.analysis.thoughts.turns import is_number_in_words, is_supposed, turns
from workbench.analysis.thoughts.word_places import Places, Words
from workbench.analysis.thoughts.words import table
from workbench.rows.configurations import configuration_columns, numbers
from workbench.rows.standing import RIGHT, STANDINGS, standing
from workbench.rows.table import checked
from workbench.scorers.languages import UNSPACED
from workbench.scorers.languages import table as number_languages

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTES_PER_TOKEN: Final = 4.0
RESTATED: Final = 0.5
"""From this share of its runs of four words on, a question counts as said again."""

READ, NO_THINKING, SUMMARY, HIDDEN = "read", "no thinking", "a summary only", "hidden by the provider"
_TEXTS: Final = ("read", "thinking_tokens_source", "language", "question_language", "languages", "scripts")
_COUNTS: Final = (
    "first_correct_tokens",
    "reflection_tokens",
    "stood_tokens",
    "tail_tokens",
    "first_draft_tokens",
    "own_answer_tokens",
    "loop_tokens",
)
_WHOLE: Final = (
    "first_correct_place",
    "stood_place",
    "loop_place",
    "reflections",
    "thought_switches",
    "drafts",
    "draft_changes",
)
_REAL: Final = (
    *(
        "thinking_tokens",
        *_COUNTS,
        "token_efficiency",
        "tail_share",
        "tail_seconds",
        "tail_usd",
        "thinking_usd",
        "thinking_seconds",
    ),
    *("compression", "repeated_share", "loop_share", "restated_share", "other_language_share"),
)
_TRUTHS: Final = ("left", "came_back", "loop", "restated")


def thinking_read(rows: pd.DataFrame) -> ThinkingRead:
    """Read the thinking of every reply: a table with one row a reply, in the order of the rows.

    `first_correct_tokens`: tokens until the target first stands in the thought, by its value; NA where it never does,
    or no target is known. `reflection_tokens` are all after it, and `token_efficiency` is its share (EvalScope's
    names). `left` says whether the thought then left it, by a draft of another answer or by saying that it was wrong,
    `came_back` whether it returned. From `stood_tokens` on it stands for good: what follows is the tail (`tail_tokens`,
    `tail_share`, `tail_seconds`, `tail_usd`). `own_answer_tokens`: until the answer that was given first stands, be it
    right or wrong. `reflections` and `thought_switches` count words of eleven languages (`thoughts/words.toml`),
    `drafts` answers that the thought names, `draft_changes` how often these change. `loop`, `loop_share`,
    `compression`, `repeated_share`: see `workbench.analysis.thoughts.repetition` and `circles` beside it for the
    thresholds. `language` is that of most tokens, `languages` and `scripts` are shares as JSON, `other_language_share`
    is what is not in the language of the question. `restated`: half or more of the question is said again. Costs are NA
    where a price or a time is not known.
    Raises InputError for rows that lack `task_id`, `outcome`, `correct` or `thinking`.

    >>> from workbench.rows.table import frame
    >>> thought = "6 * 7 = 42. Wait, let me check that: 42."
    >>> rows = frame([{"task_id": "1", "task_question": "6 * 7?", "task_target": "42", "outcome": "answered",
    ...                "correct": True, "thinking": thought, "thinking_tokens": 20}])
    >>> read = thinking_read(rows)
    >>> int(read.first_correct_place[0]), int(read.reflections[0]), float(read.tail_tokens[0])
    (8, 2, 15.0)
    """
    rows = checked(rows, "task_id", "outcome", "correct", "thinking")
    stands = standing(rows)
    known = numbers(rows, "thinking_tokens")
    price, pace = usd_per_output_token(rows), seconds_per_thinking_token(rows)
    lines = []
    for place, cells in enumerate(_cells(rows)):
        line = _line(cells, float(known[place]), stands[place] == RIGHT)
        spent = line.get("tail_tokens")
        if spent is not None:
            line["tail_usd"], line["tail_seconds"] = spent * price[place], spent * pace[place]
        if line["read"] == READ:
            line["thinking_usd"] = line["thinking_tokens"] * price[place]
            line["thinking_seconds"] = line["thinking_tokens"] * pace[place]
        lines.append(line)
    by = configuration_columns(rows)
    kept = [name for name in ("task_id", *by, "sample", "key", "outcome") if name in rows.columns]
    own = [name for name in rows.columns if name.startswith("task_") and name not in ("task_id", "task_question")]
    columns = {name: rows[name] for name in [*kept, *own]}
    if "task_target" in own:  # a blank one is none: no thought can hold it
        columns["task_target"] = rows["task_target"].where(rows["task_target"].map(is_written), pd.NA)
    columns["standing"] = pd.Series([STANDINGS[code] for code in stands], rows.index, dtype=object)
    told: dict[str, tuple[str, ...]] = {"object": _TEXTS, "Float64": _REAL, "Int64": _WHOLE, "boolean": _TRUTHS}
    for kind, names in told.items():
        for name in names:
            columns[name] = pd.Series([_or_na(line.get(name)) for line in lines], rows.index, dtype=kind)
    found = ThinkingRead(pd.DataFrame(columns))
    found.attrs |= {"by": by, "careful": said_of_duplicates(rows)}
    return found


def is_written(value: Any) -> bool:
    """Whether a cell holds a text that is not blank.

    >>> is_written("so"), is_written(" "), is_written(None)
    (True, False, False)
    """
    return isinstance(value, str) and not value.isspace() and bool(value)


def _or_na(value: Any) -> Any:
    return pd.NA if value is None or (isinstance(value, float) and np.isnan(value)) else value


def _cells(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    names = ("thinking", "thinking_visibility", "task_question", "task_target", "task_options", "extracted")
    # Not lists: texts that are kept elsewhere are fetched by and by, and let go.
    columns: dict[str, Iterator[Any]] = {
        name: iter(rows[name]) if name in rows.columns else itertools.repeat(None, len(rows)) for name in names
    }
    for values in zip(*columns.values(), strict=True):
        yield {name: value if is_written(value) else None for name, value in zip(columns, values, strict=True)}


def _line(cells: dict[str, Any], known: float, right: bool) -> dict[str, Any]:
    """What one row says."""
    visibility, text = cells["thinking_visibility"], cells["thinking"]
    if visibility in ("hidden", "summary"):
        return {"read": HIDDEN if visibility == "hidden" else SUMMARY}
    if text is None:
        return {"read": NO_THINKING}
    question = "\n".join(part for part in (cells["task_question"], _option_texts(cells["task_options"])) if part)
    words = Words(text)
    ruler = Ruler(text, known, words)
    line: dict[str, Any] = {"read": READ, "thinking_tokens": ruler.tokens, "thinking_tokens_source": ruler.source}
    found = languages(text, words)
    found = _told(text, found, cells["task_question"])
    line |= _of_languages(text, found, cells["task_question"], words)
    thought = Thought(text, codes_of(found), question, words)
    line["reflections"] = len(thought.told("reflection"))
    line["thought_switches"] = len(thought.told("switch"))
    line |= _of_repetition(repetition(text, words), words, ruler)
    line["restated_share"] = restated(cells["task_question"], text, words) if cells["task_question"] else None
    line["restated"] = None if line["restated_share"] is None else line["restated_share"] >= RESTATED
    target = cells["task_target"]
    named, asked = drafts_and_asked(thought, target)
    line["drafts"] = len(named)
    keys = [key_of(draft) for draft in named]
    line["draft_changes"] = sum(one != other for one, other in itertools.pairwise(keys))
    line["first_draft_tokens"] = ruler.at(named[0].start) if named else None
    line |= _of_target(target, thought, named, asked, ruler, right)
    own = cells["extracted"]
    if own is not None and right and target is not None:
        line["own_answer_tokens"] = line.get("first_correct_tokens")
    elif own is not None:
        said = standing_in(own, thought).earliest()
        line["own_answer_tokens"] = ruler.at(said[1]) if said else None
    return line


def codes_of(found: dict[str, float]) -> tuple[str, ...]:
    """The languages whose words are looked for in a thought: English, and every one that makes a fiftieth of it.

    They stand in the table's order, so that what is compiled for them is compiled once.

    >>> codes_of({"zh": 0.9, "fr": 0.01})
    ('en', 'zh')
    """
    return ("en", *(code for code in table() if code != "en" and found.get(code, 0) >= 0.02))


class Ruler:
    """Places in a thought as tokens."""

    def __init__(self, text: str, known: float, words: Words | None = None) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._words = None if words is None or words.cased is None else words
        self._bytes = self._before(len(text))
        counted = known > 0
        self.tokens = float(known) if counted else max(1.0, round(self._bytes / BYTES_PER_TOKEN))
        self.source = "counted" if counted else "estimated"

    def at(self, place: int) -> float:
        """Tokens up to a place in the text."""
        return round(self.tokens * self._before(place) / self._bytes, 1)

    def _before(self, place: int) -> int:
        """The UTF-8 bytes before a place."""
        if self._ascii:
            return place
        if self._words is None:
            return len(self._text[:place].encode("utf-8", "replace"))
        of_two, of_three = self._beyond_ascii
        return int(place + of_two.searchsorted(place) + of_three.searchsorted(place))

    @cached_property
    def _beyond_ascii(self) -> tuple[Places, Places]:
        """Where letters stand that take two bytes or more, and where those that take three."""
        words = self._words
        assert words is not None
        assert words.cased is not None
        beyond = words.beyond_ascii
        letters = words.cased[beyond]
        is_whole = (letters < 0xD800) | (letters > 0xDFFF)  # a lone half becomes a ?
        return beyond[is_whole], beyond[is_whole & (letters > 0x7FF)]


def _option_texts(options: str | None) -> str:
    if not options or options[:1] != "{":
        return ""
    try:
        found = json.loads(options)
    except ValueError:
        return ""
    return "\n".join(f"{label}) {text}" for label, text in found.items()) if isinstance(found, dict) else ""


def _told(text: str, found: dict[str, float], question: str | None) -> dict[str, float]:
    """The languages; where no word tells that of a short thought, it is the question's, if that shares its script."""
    asked = main_language(question) if question else None
    if asked is None or next(iter(found), None) != UNKNOWN or next(iter(scripts(text)), "") != "Latin":
        return found
    latin = next(iter(scripts(question or "")), "") == "Latin"
    return {asked: 1.0} if latin else found


def _of_languages(text: str, found: dict[str, float], question: str | None, words: Words) -> dict[str, Any]:
    main = next(iter(found), None)
    asked = main_language(question) if question else None
    return {
        "language": None if main == UNKNOWN else main,
        "languages": _as_json(*found.items()) if found else None,
        "scripts": _as_json(*scripts(text, words).items()) if found else None,
        "question_language": asked,
        "other_language_share": None if asked is None or not found else round(1 - found.get(asked, 0.0), 3),
    }


@lru_cache(256)
def _as_json(*shares: tuple[str, float]) -> str:
    """Shares as JSON: those of most thoughts are alike."""
    return json.dumps(dict(shares))


def _of_repetition(found: Repetition, words: Words, ruler: Ruler) -> dict[str, Any]:
    place = None if found.loop is None else words.place(found.loop[0])
    return {
        "compression": round(found.compression, 3),
        "repeated_share": round(found.repeated, 3),
        "loop": found.loop is not None,
        "loop_share": round(found.loop_share, 3),
        "loop_tokens": None if found.loop is None else round(found.loop_share * ruler.tokens, 1),
        "loop_place": place,
    }


def _of_target(
    target: str | None, thought: Thought, named: list[Draft], asked: list[Draft], ruler: Ruler, right: bool
) -> dict[str, Any]:
    """Where the target stands, whether it was left, and from where it stands for good."""
    if target is None:
        return {}
    found = standing_in(target, thought)
    found.add((draft.at, draft.end) for draft in named if draft.right)
    first = found.first()
    if first is None:
        return {}
    contrary = _last_contrary(target, thought, [*named, *asked], first[1])
    wrong = reversed(thought.told("wrong"))
    doubted = next((start for start, _ in wrong if start >= first[1] and not is_supposed(thought, start)), None)
    leaving = max((place for place in (contrary, doubted) if place is not None), default=None)
    again: tuple[int, int] | None = first
    if leaving is not None:
        again = found.since(leaving)
        if again is None and right and leaving != contrary:
            again = found.last()  # it was doubted, and given as the answer all the same
    stood = None if again is None else again[1]
    tokens = ruler.at(first[1])
    line: dict[str, Any] = {
        "first_correct_place": first[0],
        "first_correct_tokens": tokens,
        "reflection_tokens": round(ruler.tokens - tokens, 1),
        "token_efficiency": round(tokens / ruler.tokens, 3),
        "left": leaving is not None,
        "came_back": None if leaving is None else stood is not None,
    }
    if stood is not None:
        until = ruler.at(stood)
        tail = round(max(0.0, ruler.tokens - until), 1)
        line |= {"stood_place": stood, "stood_tokens": until, "tail_tokens": tail}
        line["tail_share"] = round(tail / ruler.tokens, 3)
    return line


def _last_contrary(target: str, thought: Thought, drafts: list[Draft], first: int) -> int | None:
    """The last place behind the first at which a thought names another answer, or says that the target is wrong."""
    forms = forms_of(target)
    later = sorted((draft for draft in drafts if draft.start >= first), key=lambda draft: -draft.start)
    named = (
        draft.start
        for draft in later
        if (is_contrary(draft, forms) or _names_other_option(draft.value, target, thought.question))
        and (":" in thought.text[draft.start : draft.at] or not _is_remark(draft.value, target, thought.asked))
    )
    found = [place for places in (named, turns(thought, target, first)) if (place := next(places, None)) is not None]
    refusal = next(refused(target, thought, max(found, default=first)), None)
    return max(found, default=None) if refusal is None else refusal


_LONGEST_NAME: Final = 10
"""Characters of a name in a script without blanks: what is longer says something of the answer."""
_POLAR: Final = frozenset(
    word
    for lists in number_languages().values()
    for key in ("yes", "no", "true", "false")
    for word in lists.get(key, ())
)


def _is_remark(value: str, target: str, asked: str) -> bool:
    """Whether a word is said of the answer, and is none: *the answer is unique*, where a name is wanted."""
    if target.lower() in _POLAR:
        return value.lower() not in _POLAR
    return target[:1].isupper() and value[:1].islower() and len(value) > 3 and value.lower() not in asked


def _names_other_option(value: str, target: str, question: str) -> bool:
    """Whether a draft is what another option than the target's says."""
    options = options_of(question, target) if len(target) == 1 else {}
    return target in options and any(
        sign != target and len(text) > 1 and value == text for sign, text in options.items()
    )


def is_contrary(draft: Draft, forms: tuple[Form, ...]) -> bool:
    """Whether a draft names another answer of the target's own kind.

    >>> is_contrary(Draft(0, 0, 2, "41", False), forms_of("42"))
    True
    >>> is_contrary(Draft(0, 0, 2, "many", False), forms_of("42"))
    False
    """
    if draft.right is not False:
        return False
    kinds = {form.kind for form in forms}
    value = draft.value
    if "letter" in kinds:
        return len(value.strip("()")) == 1
    if "number" in kinds or "date" in kinds:
        return value[:1].isdigit() or value[1:2].isdigit() or is_number_in_words(value)
    return len(value.split()) <= 3 and (UNSPACED.search(value) is None or len(value) <= _LONGEST_NAME)
