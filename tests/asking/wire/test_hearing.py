"""A listener hears no key that a server says back, wherever it is cut, and every other text as it comes."""

import random

import pytest

from workbench.asking.wire.hearing import Hearing
from workbench.base.secrets import MASK, SHORTEST_REPLACED, Secret
from workbench.replies.pieces import Piece

KEYS = ("listened-to-0123456789abcdef", "listened-to-0123456789abcdef-and-more", 'other"key&0123456789')


@pytest.fixture(autouse=True)
def known():
    for key in KEYS:
        Secret(key)


def heard_of(pieces):
    heard = []
    hearing = Hearing(heard.append)
    for kind, text in pieces:
        hearing.tell(Piece(kind, text))
    hearing.end()
    return heard


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("size", [1, 2, 5, 9, 13, 200])
def test_a_key_is_not_heard_however_it_is_cut(key, size):
    text = f"You sent {key}; and again {key}{key}. listened, lis"
    heard = heard_of([("answer", text[place : place + size]) for place in range(0, len(text), size)])
    whole = "".join(piece.text for piece in heard)
    assert key not in whole
    assert key[SHORTEST_REPLACED:] not in whole
    assert whole.startswith("You sent ")
    assert whole.endswith(". listened, lis")
    assert whole.count(MASK) == 3


def test_a_key_that_is_cut_off_is_not_heard_as_far_as_it_came():
    heard = heard_of([("thinking", KEYS[0][:20]), ("answer", "9")])
    assert heard == [("thinking", MASK), ("answer", "9")]


def test_any_other_text_is_heard_at_once_and_whole():
    text = "".join(random.Random(3).choices("listened-to-0 9\n", k=3_000))
    pieces = [("answer", letter) for letter in text]
    assert "".join(piece.text for piece in heard_of(pieces)) == text
    heard = []
    hearing = Hearing(heard.append)
    hearing.tell(Piece("answer", "listened"[: SHORTEST_REPLACED - 1]))
    assert heard == [("answer", "listene")]
