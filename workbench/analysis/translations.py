"""In what language each question is asked, and which questions are translations of one another."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import pandas as pd

from workbench.analysis.thoughts.languages import main_language
from workbench.base import regular_expressions as re
from workbench.errors import InputError, warn
from workbench.show import figures

_COLUMNS: Final = ("task_language", "task_lang", "task_locale")
_PAIRS: Final = ("task_pair", "task_pair_id", "task_source_id", "task_group")
_CODES: Final = [
    "en",
    "zh",
    "ja",
    "ko",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "ru",
    "ar",
    "hi",
    "tr",
    "vi",
    "id",
    "nl",
    "pl",
    "th",
    "bn",
    "sw",
    "te",
]
_REGION: Final = "(?:[-_](?-i:[A-Z]{2}|Han[st]))?"
"""Behind a code: zh-CN, pt_BR, zh-Hans."""
_NAMES: Final = {
    "english": "en",
    "chinese": "zh",
    "中文": "zh",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "portuguese": "pt",
    "japanese": "ja",
    "日本語": "ja",
    "korean": "ko",
    "russian": "ru",
    "arabic": "ar",
}


def language_of(rows: pd.DataFrame, column: str | None = None) -> pd.Series[Any]:
    """The language of each row's question: of the tasks' column (`language`, or the one that is named), else found.

    >>> from workbench.rows.table import frame
    >>> language_of(frame([{"task_question": "Wie viele sind es?"}, {"task_question": "还剩多少只羊？"}])).tolist()
    ['de', 'zh']
    """
    names = _COLUMNS if column is None else (column, f"task_{column}")
    held = next((name for name in names if name in rows.columns), None)
    if column is not None and held is None:
        raise InputError(f"The rows have no column {column!r} of languages.")
    texts = [
        value if isinstance(value, str) else "" for value in rows.get("task_question", pd.Series("", index=rows.index))
    ]
    found = [main_language(text) if text else None for text in texts]
    if held is not None:
        own = [code_of(value) for value in rows[held]]
        found = [mine if mine is not None else other for mine, other in zip(own, found, strict=True)]
    return pd.Series([pd.NA if code is None else code for code in found], index=rows.index, dtype=object)


def code_of(value: Any) -> str | None:
    """The code of a language that somebody wrote: *English*, *EN*, *en-GB*; None for what is none.

    >>> code_of("Deutsch"), code_of("zh-CN"), code_of(7)
    ('de', 'zh', None)
    """
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip().lower()
    return _NAMES.get(text, re.split(r"[-_]", text)[0] if len(text) < 12 else text)


def pair_of(rows: pd.DataFrame, codes: pd.Series[Any] | None = None) -> pd.Series[Any]:
    """What question each row is a translation of: the tasks' column `pair`, else the id without its language.

    `codes` are the languages of the rows; where they are known, a column of kinds is not taken for one of pairs.

    >>> from workbench.rows.table import frame
    >>> pair_of(frame([{"task_id": "sheep-zh"}, {"task_id": "sheep-en"}, {"task_id": "de_7"}])).tolist()
    ['sheep', 'sheep', '7']
    """
    told = _of_language(frozenset(_CODES if codes is None else [*_CODES, *codes.dropna()]))
    ids = rows["task_id"].astype(str).map(lambda identity: told.sub("", identity, count=1).strip("-_.:/ ") or identity)
    held = next((name for name in _PAIRS if _tells_pairs(rows, name, codes)), None)
    if held is None:
        return ids
    own = rows[held].astype(object)
    # A task that is in no pair was asked as well: it counts by itself.
    pairs = [alone if figures.absent(pair) else str(pair) for pair, alone in zip(own, ids, strict=True)]
    return pd.Series(pairs, index=rows.index, dtype=object)


@lru_cache(16)
def _of_language(codes: frozenset[str]) -> re.Pattern[str]:
    """What an id says of its language, at its end, its beginning or between."""
    one = f"(?:{'|'.join(re.escape(code) for code in sorted(codes))}){_REGION}"
    return re.compile(rf"(?:[-_.:/ ]{one}|^{one}(?=[-_.:/]))(?=$|[-_.:/ ])", re.IGNORECASE)


def _tells_pairs(rows: pd.DataFrame, name: str, codes: pd.Series[Any] | None) -> bool:
    """Whether a column says what is a translation of what: `pair` does, others where no language has two tasks of one.

    A column `group` may as well hold kinds of tasks.
    """
    if name not in rows.columns or not rows[name].notna().any():
        return False
    several = _of_one_language(rows[name], rows["task_id"], codes)
    if len(several) and name == _PAIRS[0]:
        (pair, code), tasks = several.index[0], int(several.iloc[0])
        warn(
            f"{figures.counted(len(several), 'pair')} with several tasks of one language, such as {pair!r} with "
            f"{tasks:,} in {code}: their mean counts as one; a pair should be one question, once in each language"
        )
    return name == _PAIRS[0] or not len(several)


def _of_one_language(pairs: pd.Series[Any], tasks: pd.Series[Any], codes: pd.Series[Any] | None) -> pd.Series[Any]:
    """How many tasks each pair and language has, where it is more than one."""
    languages = pd.Series("", index=pairs.index) if codes is None else codes
    cells = pd.DataFrame({"pair": pairs.astype(object), "language": languages, "task": tasks}).dropna()
    counts = cells.groupby(["pair", "language"], sort=False)["task"].nunique()
    return counts[counts > 1] if codes is not None else counts.iloc[:0]
