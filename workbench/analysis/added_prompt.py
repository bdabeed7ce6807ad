"""What a model's server adds to a prompt before the model reads it: told by the tokens that it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from workbench.rows.configurations import numbers
from workbench.show import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST_TOKENS: Final = 100
_TIMES: Final = 3
_OTHERWISE: Final = ("loop_trace", "task_tools", "image")
"""Parts of names of columns that explain tokens beside the text: servers count images and tools their own way."""


def added_to_prompts(rows: pd.DataFrame) -> list[tuple[str, int]]:
    """The models whose servers count far more tokens for a prompt than others do, each with how many more, a median.

    The same task under the same prompt is compared with the model that counts fewest; a model is named where it counts
    at least three times as many, and a hundred more, on half of the tasks. Tokenizers alone do not differ so much.

    >>> from workbench.rows.table import frame
    >>> added_to_prompts(frame([{"task_id": str(n), "model": model, "prompt": "plain", "prompt_tokens": tokens}
    ...                         for n in range(3) for model, tokens in (("a", 40 + n), ("b", 580 + n))]))
    [('b', 540)]
    """
    if not {"model", "task_id", "prompt_tokens"} <= set(rows.columns):
        return []
    explained = [name for name in rows.columns if any(part in str(name) for part in _OTHERWISE)]
    if any(rows[name].notna().any() for name in explained):
        return []
    asked = ["task_id", *(["prompt"] if "prompt" in rows.columns else [])]
    known = rows[[*asked, "model"]].assign(tokens=numbers(rows, "prompt_tokens"))
    known = known[known["tokens"] > 0]
    counted = known.groupby([*asked, "model"], sort=False, dropna=False)["tokens"].median().reset_index()
    fewest = counted.groupby(asked, sort=False, dropna=False)["tokens"].transform("min")
    counted["more"] = counted["tokens"] - fewest
    counted["far"] = (counted["more"] >= _FEWEST_TOKENS) & (counted["tokens"] >= _TIMES * fewest)
    found = []
    for model, part in counted.groupby("model", sort=False):
        if float(np.mean(part["far"])) >= 0.5:
            found.append((str(model), round(float(part.loc[part["far"], "more"].median()))))
    return found


def said_of_added(added: Sequence[tuple[str, int]]) -> str:
    """What servers add, in a sentence each; blank where none does.

    >>> said_of_added([("lab/b", 540)])
    'The server of lab/b adds about 540 tokens to every prompt, so it is not asked quite what the others are asked.'
    """
    return " ".join(
        f"The server of {figures.plain(model)} adds about {tokens:,} tokens to every prompt, so it is not asked quite "
        "what the others are asked."
        for model, tokens in added
    )
