"""One reply as a card: what was answered and thought, how it stands, what it took; and several beside each other.

All of it is HTML of our own making that needs no script. A card takes plain values, so that a fresh reply, a row of a
table and a page of a report look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from workbench.replies.outcomes import OUTCOME_WORDS
from workbench.show import figures
from workbench.show.bars import ANSWER_COLOUR, THINKING_COLOUR
from workbench.show.markdown import model_markdown, visible
from workbench.show.styles import style_sheet
from workbench.show.word_diff import word_diff

STYLE: Final = style_sheet("workbench.replies", "cards.css")

STREAMED_CHARACTERS: Final = 2_000
"""The end of a text that is shown while it streams: ten times a second the whole would be too much."""

_GOOD: Final = frozenset({OUTCOME_WORDS["answered"], "right"})
_BAD: Final = frozenset({"wrong", OUTCOME_WORDS["error"]})


@dataclass(frozen=True)
class Card:
    """What a card shows. Counts of tokens are None where nobody knows them; `standing` is one of `rows.STANDINGS`.
    Without an outcome the card shows texts alone."""

    name: str
    outcome: str = ""
    answer: str = ""
    thinking: str = ""
    standing: str | None = None
    why: str = ""
    thinking_tokens: int | None = None
    answer_tokens: int | None = None
    max_tokens: int | None = None
    estimated: bool = False
    note: str = ""
    foot: Sequence[str] = ()


def card_html(card: Card, *, answer: Markup | None = None) -> Markup:
    """The card; `answer` takes the place of the rendered answer, as with the words marked that differ.

    >>> shown = card_html(Card("lab/m", "answered", answer="**9** <b>", standing="right"))
    >>> "<strong>9</strong> &lt;b&gt;" in shown, "right" in shown
    (True, True)
    """
    # model_markdown is built of cleaned and escaped parts; nothing else of the model goes in unescaped.
    shown = answer if answer is not None else Markup(model_markdown(card.answer)) if card.answer else Markup()
    parts = [
        Markup('<div class="wb-name">{}</div>').format(visible(card.name)) if card.name else Markup(),
        _state(card),
        Markup('<div class="wb-advice">{}</div>').format(advice) if (advice := advice_on(card)) else Markup(),
        _thought(card),
        Markup('<div class="wb-answer">{}</div>').format(shown) if shown else Markup(),
        Markup('<div class="wb-quiet">{}</div>').format(visible(card.note)) if card.note else Markup(),
        token_bar(card),
        _foot(card),
    ]
    return Markup('<div class="wb-card mathjax_ignore">{}</div>').format(Markup().join(parts))


def under_way_html(name: str, state: str, *, thinking: str = "", answer: str = "", problem: str = "") -> Markup:
    """The card of a reply that is still coming: the ends of its texts, which scroll by."""
    css = {"failed": "wb-bad", "stopped": "wb-odd"}.get(state, "wb-quiet")
    parts = [
        Markup('<div class="wb-name">{}</div>').format(visible(name)),
        Markup('<div class="wb-state {}">{}</div>').format(css, visible(state)),
    ]
    if problem:
        parts.append(Markup('<div class="wb-quiet">{}</div>').format(visible(problem)))
    for text, tail in ((thinking, "wb-tail wb-grey"), (answer, "wb-tail")):
        if text:
            end = text if len(text) <= STREAMED_CHARACTERS else f"… {text[-STREAMED_CHARACTERS:]}"
            parts.append(Markup('<div class="{}"><pre class="wb-text">{}</pre></div>').format(tail, visible(end)))
    return Markup('<div class="wb-card mathjax_ignore">{}</div>').format(Markup().join(parts))


def pair_of(shown: Sequence[Markup]) -> Markup:
    """Cards beside each other, as many in a line as there is room for."""
    return Markup('<div class="wb-pair">{}</div>').format(Markup().join(shown))


def pair_html(
    cards: Sequence[Card], *, question: str = "", target: str = "", diff: bool = False, fold_diff: bool = False
) -> Markup:
    """Cards beside each other below their question.

    With `diff` the words are marked in which the first two answers differ, with `fold_diff` in a copy folded below.
    """
    shown = [card_html(card) for card in cards]
    below = Markup()
    if (diff or fold_diff) and len(cards) > 1:
        marked = [
            Markup('<pre class="wb-text">{}</pre>').format(text or "(no answer)")
            for text in word_diff(cards[0].answer, cards[1].answer)
        ]
        if diff:
            shown[:2] = [card_html(card, answer=text) for card, text in zip(cards, marked, strict=False)]
        elif cards[0].answer and cards[1].answer:
            below = Markup(
                '<details class="wb-diff"><summary>Word diff</summary><div class="wb-pair">{}{}</div></details>'
            ).format(*(Markup('<div class="wb-card">{}</div>').format(text) for text in marked))
    head = Markup('<div class="wb-question">{}</div>').format(visible(question)) if question else Markup()
    if target:
        head += Markup('<div class="wb-target">target: {}</div>').format(visible(target))
    return head + pair_of(shown) + below


def with_style(content: Markup) -> Markup:
    """Cards with the style that they need, to stand alone in the output of a cell."""
    return STYLE + Markup('<div class="wb-cards mathjax_ignore">{}</div>').format(content)


def advice_on(card: Card) -> str:
    """What ran out, and what to do about it; nothing for a reply that is whole.

    >>> advice_on(Card("m", "thinking_exhausted", max_tokens=64))
    'All 64 tokens went into thinking, so there is no answer. Give it a larger max_tokens.'
    """
    cap = "max_tokens" if card.max_tokens is None else f"{card.max_tokens:,} tokens"
    if card.outcome == "thinking_exhausted":
        return f"All {cap} went into thinking, so there is no answer. Give it a larger max_tokens."
    if card.outcome == "answer_truncated":
        return f"The answer ends where {cap} ended. Give it a larger max_tokens."
    return ""


def token_bar(card: Card) -> Markup:
    """A bar of max_tokens: thinking, answer, unused; it says in words what it shows."""
    parts = [
        ("thinking", card.thinking_tokens or 0, THINKING_COLOUR),
        ("answer", card.answer_tokens or 0, ANSWER_COLOUR),
    ]
    used = sum(size for _, size, _ in parts)
    if not used:
        return Markup()
    whole = max(card.max_tokens or 0, used)
    about = "about " if card.estimated else ""
    words = ", ".join(f"{name} {about}{size:,}" for name, size, _ in parts if size)
    unused = f", unused {whole - used:,} of {card.max_tokens:,} tokens" if card.max_tokens else " tokens"
    pieces = Markup().join(
        Markup('<i style="width:{:.1f}%;background:{}"></i>').format(100 * size / whole, colour)
        for _, size, colour in parts
        if size
    )
    return Markup(
        '<div class="wb-tokens" role="img" aria-label="{0}" title="{0}">{1}</div><div class="wb-quiet">{0}</div>'
    ).format(words + unused, pieces)


def tokens_of_answer(answer: int | None, *, thinking: int | None, output: int | None, visibility: str) -> int | None:
    """The tokens of the answer: as they are known, or the whole output of a model that does not think.

    >>> tokens_of_answer(None, thinking=None, output=20, visibility="none")
    20
    >>> tokens_of_answer(None, thinking=None, output=20, visibility="hidden") is None
    True
    """
    return output if answer is None and not thinking and visibility == "none" else answer


def _state(card: Card) -> Markup:
    if not card.outcome:
        return Markup()
    stands = card.standing if card.standing not in ("unscored", "error", "never answered") else None
    words = [] if card.outcome == "answered" and stands else [OUTCOME_WORDS.get(card.outcome, card.outcome)]
    words += [stands] if stands else []
    spans = Markup(" · ").join(
        Markup('<span class="wb-word {}">{}</span>').format(
            "wb-good" if word in _GOOD else "wb-bad" if word in _BAD else "wb-odd", visible(word)
        )
        for word in words
    )
    explained = card.why and card.standing != "never answered"  # then the outcome has said it
    why = Markup(' <span class="wb-quiet">{}</span>').format(visible(card.why)) if explained else Markup()
    return Markup('<div class="wb-state">{}{}</div>').format(spans, why)


def _foot(card: Card) -> Markup:
    """What it took; a line breaks between two of its parts, not between a number and its unit."""
    if not card.foot:
        return Markup()
    parts = [Markup('<span class="wb-whole">{}</span>').format(visible(part)) for part in card.foot]
    return Markup('<div class="wb-quiet">{}</div>').format(Markup(" · ").join(parts))


def _thought(card: Card) -> Markup:
    if not card.thinking:
        return Markup()
    total = (card.thinking_tokens or 0) + (card.answer_tokens or 0)
    share = f", {figures.percent((card.thinking_tokens or 0) / total)} of its tokens" if total else ""
    return Markup(
        '<details class="wb-thought"><summary>thinking, {} characters{}</summary>'
        '<pre class="wb-text">{}</pre></details>'
    ).format(f"{len(card.thinking):,}", share, visible(card.thinking))
