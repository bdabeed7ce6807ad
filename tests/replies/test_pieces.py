"""A text that is gathered from pieces, and half a character at the end of one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbench.replies.pieces import Gathered, Halves, Piece, joined


def test_a_text_is_gathered_in_its_order_and_can_be_looked_at_between():
    text, pieces = Gathered(), [f"{number} é" for number in range(2_500)]
    for place, piece in enumerate(pieces):
        text.write(piece)
        if place in (0, 999, 1_000, 1_700):
            assert text.getvalue() == "".join(pieces[: place + 1])
    assert text.getvalue() == text.getvalue() == "".join(pieces)


@given(st.text("a9é羊🐑😀", max_size=12), st.data())
def test_what_is_heard_never_ends_in_half_a_character(text, data):
    units = text.encode("utf-16-le")
    cuts = sorted({2 * data.draw(st.integers(0, len(units) // 2)) for _ in range(4)} | {0, len(units)})
    pieces = [units[start:end].decode("utf-16-le", "surrogatepass") for start, end in pairwise(cuts)]
    halves = Halves()
    heard = [one.text for piece in pieces if (one := halves.heard(Piece("answer", piece))) is not None]
    assert "".join(heard) == text == joined("".join(pieces))
    assert all(piece.encode() for piece in heard if piece)


def test_half_a_character_that_stays_alone_stays_as_it_is():
    assert joined("9 \ud83d sheep \ude00") == "9 \ud83d sheep \ude00"
