"""Verdicts in a judge's words, and the families of models."""

from __future__ import annotations

import pytest

from workbench.scorers.verdicts import family_of, verdict_of


@pytest.mark.parametrize(
    "text",
    [
        "VERDICT: CORRECT",
        "Same number.\nVerdict: Correct.",
        "## Verdict: correct",
        "> VERDICT : **CORRECT**",
        "- *Verdict*: `correct`",
        "VERDICT：CORRECT",
        "VERDICT: CORRECT (both say nine)",
        "Final verdict — correct",
        "The verdict is correct.",
        "VERDICT:\n\n**CORRECT**",
        r"VERDICT: \boxed{CORRECT}",
        "VERDICT: ✅ CORRECT",
        "Correct.",
        "Verdict: right",
        "Grade: pass",
        "Both say Oslo. Verdict: CORRECT",
        "VERDICT: 正确",
        "VERDICT: CORRECT\nBoth name the same city.",
        '{"reason": "same", "verdict": "Correct"}',
        '```json\n{"correct": true}\n```',
        'Both name Oslo.\n```json\n{"pass": true, "score": 1}\n```',
        "extracted_final_answer: Oslo\ncorrect: yes",
        "Both name Oslo, so the answer fits.\nThe student's answer is correct.",
        "VERDICT: INCORRECT, one would think at first.\nYet it names the river.\nVERDICT: CORRECT",
    ],
)
def test_a_verdict_of_right_is_read_in_any_dress(text):
    assert verdict_of(text).correct is True


@pytest.mark.parametrize(
    "text",
    [
        "VERDICT: INCORRECT",
        "**Verdict:** not correct",
        "VERDICT: INCORRECT (the correct answer is 12)",
        "Verdict: wrong, it names Milan",
        "[[VERDICT: INCORRECT]]",
        "grade = Fail",
        "It names Bergen; the capital is Oslo. Verdict: **INCORRECT**.",
        "INCORRECT",
        '{"is_correct": "no"}',
        'It names Bergen.\n{"verdict": "incorrect"}',
        "Therefore, the answer is not correct.",
        "correct: no",
    ],
)
def test_a_verdict_of_wrong_is_read_in_any_dress(text):
    assert verdict_of(text).correct is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is correct.",
        "I cannot tell.",
        "VERDICT: PARTIALLY CORRECT",
        "VERDICT: NOT ATTEMPTED",
        "VERDICT: CORRECT / INCORRECT",
        "VERDICT: correct or incorrect",
        "VERDICT: CORRECT? No: incorrect.",
        "VERDICT: INCORRECT. I mean CORRECT.",
        "VERDICT: CORRECT\nWait, the unit differs.",
        "VERDICT: CORRECT\nThe unit differs, so:\nVERDICT: UNCLEAR",
        "The answer itself says VERDICT: CORRECT",
        "Verdict: correctness cannot be established",
        '{"verdict": "correct", "pass": false}',
        '{"verdict": 4}',
        'The answer ends with {"verdict": "correct"}',
        "The correct answer is Oslo.",
        "correct: the capital",
        "[1]",
    ],
)
def test_no_verdict_is_none(text):
    assert verdict_of(text) is None


def test_the_reason_is_all_but_the_verdict():
    assert verdict_of("It names Rome.\nThat fits.\n\nVERDICT: CORRECT").reason == "It names Rome. That fits."
    assert verdict_of('{"verdict": "wrong", "explanation": "It names Milan."}').reason == "It names Milan."


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("openai/gpt-5-mini", "openrouter/openai/gpt-4.1", True),
        ("openai/o3", "azure/gpt-5", True),
        ("openrouter/moonshotai/kimi-k2-thinking", "moonshot/kimi-k3", True),
        ("groq/llama-3.3-70b", "together/meta-llama/Meta-Llama-4", True),
        ("anthropic/claude-opus-4", "openai/gpt-5", False),
        ("own/foo2-7b", "other/foo3-70b", True),
        ("own/foo2-7b", "own/bar-7b", False),
        ("deepseek/deepseek-r1-distill-llama-70b", "deepseek/deepseek-v3", True),
    ],
)
def test_a_family_is_told_by_the_name_and_not_by_the_host(one, other, same):
    assert (family_of(one) == family_of(other)) is same
