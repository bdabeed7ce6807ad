"""Why a call is not in the cache."""

import pytest
from asked import ADDRESS
from fakes.server import FakeServer

import workbench as wb


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
