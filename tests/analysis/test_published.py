"""Published results: with source, date and contradictions, found by any of a model's names, beside one's own."""

import re

import pytest

from workbench.analysis import claims as found_claims
from workbench.analysis.published import claimed_and_measured, plain_name
from workbench.errors import InputError
from workbench.rows.table import frame


def rows(*models, tasks=20):
    return frame(
        {"task_id": str(number), "model": model, "outcome": "answered", "correct": number % (place + 2) > 0}
        for number in range(tasks)
        for place, model in enumerate(models)
    )


def test_every_claim_has_a_source_a_date_and_a_percent():
    table = found_claims()
    assert len(table) > 70
    assert table[["benchmark", "model", "measured_by", "source"]].notna().all(axis=None)
    assert table["percent"].between(0, 100).all()
    assert table["source_date"].map(lambda day: bool(re.fullmatch(r"20\d\d-\d\d(-\d\d)?", day))).all()
    assert not table.duplicated(["benchmark", "model", "source"]).any()


def test_sources_that_contradict_each_other_are_named_on_both_sides():
    found = found_claims("moonshot/kimi-k2-thinking", "GPQA Diamond")
    assert sorted(found["percent"]) == [68.4, 71.5, 84.5]
    assert found["contradicted_by"].str.count(";").tolist() == [1, 1, 1]
    alone = found_claims("openai/o3", "AIME 2024")
    assert alone["contradicted_by"].isna().all()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("openrouter/moonshotai/kimi-k2-thinking:free", "Kimi K2 Thinking"),
        ("openai/gpt-5-2025-08-07", "GPT-5"),
        ("openrouter/anthropic/claude-opus-4.5", "Claude Opus 4.5"),
        ("openrouter/deepseek/deepseek-v3.2", "DeepSeek V3.2"),
        ("novita/moonshotai/kimi-k2-thinking (temperature=1)", "Kimi K2 Thinking"),
    ],
)
def test_a_model_is_found_by_any_of_its_names(one, other):
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(("one", "other"), [("openai/gpt-5-mini", "GPT-5"), ("x/claude-opus-4", "Claude Opus 4.5")])
def test_its_sisters_are_other_models(one, other):
    assert plain_name(one) != plain_name(other)


def test_own_results_stand_beside_each_benchmark():
    table = claimed_and_measured(rows("openrouter/moonshotai/kimi-k2-thinking", "openai/gpt-5", "local/nobody"))
    assert set(table["model"]) == {"openrouter/moonshotai/kimi-k2-thinking", "openai/gpt-5"}
    line = table[(table["benchmark"] == "GPQA Diamond") & (table["model"] == "openai/gpt-5")].iloc[0]
    assert (line["claimed_low"], line["claimed_high"], line["sources"]) == (71.2, 85.7, 2)
    assert line["measured_low"] < line["measured"] < line["measured_high"]


def test_what_nothing_is_claimed_of_is_said():
    with pytest.raises(InputError, match=r"there are claims of .*Kimi K2 Thinking"):
        claimed_and_measured(rows("local/nobody"))
    with pytest.raises(InputError, match="GPQA Diamond"):
        found_claims(benchmark="GPQA")
