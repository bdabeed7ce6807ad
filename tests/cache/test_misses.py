"""Why a call is not in the cache."""

import pytest
from asked import ADDRESS
from fakes.server import FakeServer
from hypothesis import given
from hypothesis import strategies as st
from nightly import examples

import workbench as wb
from workbench.cache import misses


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"temperature": 0.5}, ["body.temperature"]),
        ({"max_tokens": 200}, ["body.max_tokens"]),
        ({"sample": 1}, ["sample"]),
        ({"extra_body": {"thinking": {"type": "disabled"}}}, ["body.thinking.type"]),
        ({"prompt": "How much?"}, ["body.messages.0.content"]),
        ({"model": "fake/m2"}, ["body.model", "model_id"]),
        ({"extra_headers": {"X-Route": "b"}}, ["headers.X-Route"]),
        ({"temperature": 0.5, "seed": 4}, ["body.seed", "body.temperature"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_miss_is_explained_by_the_fields_that_differ(asked, names, answered):
    kept = {"prompt": "How many?", "model": "fake/m", "temperature": 0.1, "max_tokens": 100, "seed": 3}
    kept |= {"extra_body": {"thinking": {"type": "enabled"}}, "extra_headers": {"X-Route": "a"}}
    with FakeServer() as server:
        answered(server, "Something else entirely, about sheep")
        wb.ask(**kept)
        hit = wb.cache.explain_miss(**kept)
        miss = wb.cache.explain_miss(**{**kept, **asked})
    assert hit.kept
    assert "kept under" in str(hit)
    assert not miss.kept
    assert [difference.partition(":")[0] for difference in miss.differences] == names
    assert names[0] in str(miss)
    assert server.hits == 2


def test_a_miss_with_nothing_kept_says_so():
    wb.add_provider("fake", base_url=ADDRESS)
    explanation = wb.cache.explain_miss("How many?", model="fake/m")
    assert (explanation.kept, explanation.nearest_key, explanation.differences) == (False, None, ())
    assert "nothing like it" in str(explanation)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0, "a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@examples(2_000, by_day=200)
@given(VALUES, VALUES)
def test_two_requests_are_as_alike_as_their_single_values(one, other):
    """The quick count says the same as both requests written out, value by value."""
    first, second = misses._flat({"x": one}), misses._flat({"x": other})
    same = sum(second.get(name) == value for name, value in first.items())
    assert misses._likeness({"x": one}, {"x": other}) == (same, len(first.keys() ^ second.keys()))


def test_of_several_the_one_with_the_fewest_differences_is_named_wherever_it_lies():
    kept = [{"temperature": 0.1, "seed": 1}, {"temperature": 0.1, "seed": 2}, {"temperature": 0.2, "seed": 2}]
    with FakeServer() as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        replies = [wb.ask("How many?", model="fake/m", **options) for options in kept]
        for asked, place, names in [
            ({"temperature": 0.2, "seed": 3}, 2, ["body.seed"]),
            ({"temperature": 0.1, "seed": 2, "top_p": 0.5}, 1, ["body.top_p"]),
            ({"temperature": 0.3, "seed": 4, "top_p": 0.5}, 0, ["body.seed", "body.temperature", "body.top_p"]),
        ]:
            miss = wb.cache.explain_miss("How many?", model="fake/m", **asked)
            found = [one.partition(":")[0] for one in miss.differences]
            assert (miss.nearest_key, found) == (replies[place].key, names)
