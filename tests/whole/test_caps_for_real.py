"""Caps cut from the replies of a real model are what that model says under those caps."""

from __future__ import annotations

import pytest
from nightly import NIGHTLY

import workbench as wb
from workbench.providers.local import server as local

pytestmark = pytest.mark.skipif(local.available() is not None, reason=str(local.available()))

TASKS = [
    ("a", "What is 2 + 3 + 1?"),
    ("b", "How many words are in this list? plum"),
    ("c", "Write three emojis."),
]
SAME = ["task_id", "max_tokens", "outcome", "thinking", "answer", "completion_tokens"]


@pytest.mark.parametrize("name", ["smollm2-135m-instruct", *["smollm2-135m-think"] * NIGHTLY])
def test_cut_and_bought_are_the_same_where_the_server_repeats_itself(name):
    """At temperature 0 a reply repeats itself to the letter only without the prompt cache of the server."""
    options = {"models": f"local/{name}", "temperature": 0, "seed": 7, "extra_body": {"cache_prompt": False}}
    tasks = [{"id": id_, "question": question} for id_, question in TASKS[: 3 if "instruct" in name else 1]]
    cut, bought = (wb.sweep(tasks, max_tokens=[5, 12, 30], caps=caps, **options) for caps in ("cut", "buy"))
    assert cut["derived"].sum() >= len(tasks)
    assert cut["warnings"].isna().all()
    assert cut[SAME].equals(bought[SAME])
