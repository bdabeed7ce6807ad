"""Where each token ends is asked for, believed only where it can be true, and kept with the reply."""

import pytest
from capped import thought, tokenwise
from fakes.server import FakeServer, completion
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.asking.wire.token_ends import MOST_TOKENS, TokenEnds

CHUNKS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(-1, 9), st.just("3")), st.integers(0, 3), st.integers(0, 3)), max_size=9
)


def asked(server, **options):
    wb.add_provider("counting", base_url=server.base_url, dialect="llamacpp")
    return wb.ask("4 + 2?", model="counting/m", **{"max_tokens": 40, **options})


def test_the_end_of_each_token_is_kept_with_its_reply():
    thinking, answer = thought("4 + 2?")
    with FakeServer(tokenwise()) as server:
        reply = asked(server)
        again = asked(server)
        sent = server.requests[0].json
    characters, ends = 0, []
    for token in [*thinking, *answer, ""]:
        characters += len(token)
        ends.append(characters)
    assert list(reply.token_ends) == ends
    assert again.cached
    assert again.token_ends == reply.token_ends
    assert sent["timings_per_token"] is True


def test_it_is_no_part_of_the_key():
    with FakeServer(tokenwise()) as server:
        first = asked(server)
        wb.add_provider("counting", base_url=server.base_url)
        again, other = (wb.ask("4 + 2?", model="counting/m", max_tokens=40, sample=sample) for sample in (0, 1))
        assert (again.key, again.cached, other.cached) == (first.key, True, False)
        assert "timings_per_token" not in server.requests[-1].json


def test_a_provider_that_does_not_count_is_not_asked_to():
    with FakeServer(completion("Nine.")) as server:
        wb.add_provider("plain", base_url=server.base_url)
        assert wb.ask("a?", model="plain/m").token_ends == ()
        assert "timings_per_token" not in server.requests[0].json


def test_a_server_that_leaves_the_count_out_is_read_all_the_same():
    with FakeServer(tokenwise(counts=False)) as server:
        reply = asked(server)
    assert reply.answer == "It is 6."
    assert reply.token_ends == ()


@pytest.mark.parametrize(
    "chunks",
    [
        [(None, 0, 2), (2, 0, 2)],
        [(2, 0, 2), (1, 0, 2)],
        [(1, 0, 2), (2, 3, 0)],
        [(MOST_TOKENS + 1, 0, 2)],
        [(0, 0, 2)],
    ],
    ids=["text without a count", "falling", "thinking after the answer", "beyond all bounds", "text of no token"],
)
def test_a_count_that_tells_nothing_is_none(chunks):
    assert heard(chunks).found() is None


@given(CHUNKS)
def test_whatever_comes_a_count_rises_and_ends_with_the_text(chunks):
    found = heard(chunks).found()
    if found is not None:
        assert found == sorted(found)
        assert found[-1] == sum(thinking + answer for _, thinking, answer in chunks)


def heard(chunks):
    ends = TokenEnds()
    for number, thinking, answer in chunks:
        ends.note({} if number is None else {"timings": {"predicted_n": number}}, thinking, answer)
    return ends
