"""Kept replies are read again, also where their provider is gone."""

from workbench.cache.rereading import reading_of
from workbench.replies.reading import Reading


def test_replies_of_a_provider_that_is_gone_are_read_by_its_dialect():
    assert reading_of("gone/gemini-2.5-pro", dialect="gemini") == Reading(thought_flag=True, thinking="summary")
    assert reading_of("gone/x", dialect="gone too") == Reading()
