"""A reply as a card: what it says in words, and what hostile text cannot do to it."""

from __future__ import annotations

import re

import pytest

from workbench.replies.cards import Card, advice_on, card_html, pair_html, token_bar, with_style
from workbench.replies.outcomes import OUTCOMES


def words_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_a_right_answer_says_so_and_why():
    shown = words_of(card_html(Card("lab/m", "answered", answer="It is **9**.", standing="right", why="found 9")))
    assert shown == "lab/m right found 9 It is 9 ."


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_is_a_word_and_not_a_colour_alone(outcome):
    assert "wb-word" in card_html(Card("", outcome, max_tokens=64))
    assert words_of(card_html(Card("", outcome, max_tokens=64)))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            "thinking_exhausted",
            "All 1,024 tokens went into thinking, so there is no answer.",
        ),
        ("answer_truncated", "The answer ends where 1,024 tokens ended."),
        ("answered", ""),
        ("refused", ""),
    ],
)
def test_what_ran_out_is_said_with_what_to_do(outcome, said):
    todo = " Give it a larger max_tokens." if said else ""
    assert advice_on(Card("m", outcome, max_tokens=1024)) == said + todo


def test_the_bar_shares_out_max_tokens_and_says_so():
    bar = token_bar(Card("m", "answered", thinking_tokens=60, answer_tokens=20, max_tokens=100))
    assert re.findall(r"width:([\d.]+)%", bar) == ["60.0", "20.0"]
    assert words_of(bar) == "thinking 60, answer 20, unused 20 of 100 tokens"


def test_unknown_tokens_are_no_bar_and_estimates_are_marked():
    assert token_bar(Card("m", "answered")) == ""
    assert "thinking about 6" in token_bar(Card("m", "answered", thinking_tokens=6, estimated=True))


def test_the_thinking_is_folded_with_its_share():
    shown = card_html(Card("m", "answered", thinking="hm", thinking_tokens=3, answer_tokens=1))
    assert "<details" in shown
    assert "open" not in re.search(r"<details[^>]*>", shown)[0]
    assert "thinking, 2 characters, 75 % of its tokens" in words_of(shown)


def test_the_words_that_differ_are_marked():
    shown = pair_html([Card("A", answer="It is 9"), Card("B", answer="It is 8")], diff=True)
    assert "<del>9</del>" in shown
    assert "<ins>8</ins>" in shown


def test_a_third_card_is_there_without_marks():
    shown = pair_html([Card(name, answer=name * 3) for name in "ABC"], diff=True)
    assert shown.count('class="wb-card') == 3
    assert "CCC" in shown


def test_hostile_text_stays_text():
    attack = "</div></details><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\u202e"
    card = Card(attack, attack, attack, attack, standing=attack, why=attack, note=attack, foot=[attack])
    shown = with_style(pair_html([card, card], question=attack, target=attack, fold_diff=True))
    assert "<script" not in shown
    assert "<img" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.count("<div") == shown.count("</div>")
    assert shown.count("<details") == shown.count("</details>")
