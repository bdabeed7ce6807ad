"""Replies to a probe become a finding: red only where a host that keeps its promise cannot have sent them."""

import pytest
from probed import seen, standing, usage

from workbench.analysis.host_probes import findings
from workbench.analysis.probe_replies import PROBES


def test_every_probe_is_told_whatever_was_asked():
    told = findings([])
    assert [one.probe for one in told] == list(PROBES)
    assert {one.standing for one in told} == {"not asked"}
    assert findings([], refused={"seed": "it takes none"})[2].words == "it takes none"


def test_failed_calls_prove_nothing():
    for probe, told in zip(PROBES, findings([seen("tools", error="500"), seen("cap", error="500")]), strict=True):
        wanted = "unclear" if probe in ("cap", "calls valid", "calls when asked") else "not asked"
        assert (told.probe, told.standing) == (probe, wanted)


@pytest.mark.parametrize(
    ("what", "kept"),
    [
        ({"answer": "one two", "reason": "length", "usage": usage(9, 24)}, "kept"),
        ({"answer": "one two", "reason": "max_tokens", "usage": usage(9, 25)}, "kept"),
        ({"answer": "one two", "reason": "length"}, "kept"),
        ({"answer": "one two", "reason": "stop"}, "unclear"),
        ({"answer": "one two", "reason": "length", "usage": usage(9, 40)}, "broken"),
        ({"answer": "one " * 400, "reason": "length"}, "broken"),
        ({"answer": "one two", "reason": "stop", "usage": usage(9, 24)}, "broken"),
        ({"answer": "no", "reason": "stop", "usage": usage(9, 3)}, "unclear"),
        ({"answer": "", "reason": "content_filter", "usage": usage(9, 3)}, "unclear"),
    ],
)
def test_a_cap_is_kept_or_broken(what, kept):
    assert standing("cap", [seen("cap", cap=24, **what)]).standing == kept


@pytest.mark.parametrize(
    ("hot", "cold", "kept"),
    [
        (["ab", "cd", "ef"], ["xy", "xy", "xy"], "kept"),
        (["ab", "cd", "ef"], ["the long village", "the long valley!", "the long village"], "kept"),
        (["ab", "ab", "ab"], ["ab", "ab", "ab"], "broken"),
        (["ab", "cd", "ef"], ["gh", "ij", "kl"], "broken"),
        (["axxxxxxxxx", "abyyyyyyyy", "czzzzzzzzz"], ["abcdeeeeee", "abbbbbbbbb", "azzzzzzzzz"], "unclear"),
        (["ab"], ["xy", "xy"], "unclear"),
        (["", "", ""], ["", "", ""], "unclear"),
    ],
)
def test_a_temperature_is_heeded_or_not(hot, cold, kept):
    replies = [seen("temperature", "hot", answer=text) for text in hot]
    replies += [seen("temperature", "cold", answer=text) for text in cold]
    assert standing("temperature", replies).standing == kept


@pytest.mark.parametrize(
    ("same", "free", "kept"),
    [
        (["ab", "ab"], ["cd", "ef"], "kept"),
        (["ab", "ac"], ["cd", "ef"], "broken"),
        (["ab", "ab"], ["ab", "ab"], "unclear"),
        (["ab", ""], ["cd", "ef"], "unclear"),
    ],
)
def test_a_seed_is_honoured_or_not(same, free, kept):
    replies = [seen("seed", "seeded", answer=text) for text in same]
    replies += [seen("temperature", "hot", answer=text) for text in free]
    assert standing("seed", replies).standing == kept


@pytest.mark.parametrize(
    ("low", "high", "kept"),
    [([40, 60], [300, 500], "kept"), ([40, 400], [300, 500], "unclear"), ([300, 310], [305, 300], "broken"),
     ([40], [], "unclear")],
)  # fmt: skip
def test_an_effort_is_felt_or_not(low, high, kept):
    replies = [seen("effort", "low", answer="a", usage=usage(9, count)) for count in low]
    replies += [seen("effort", "high", answer="a", usage=usage(9, count)) for count in high]
    assert standing("effort", replies).standing == kept


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["m", "m"], "kept"),
        (["m-20261001", "m-20261001"], "kept"),
        (["m", "m-mini"], "broken"),
        (["tiny", "tiny"], "broken"),
        ([None, None], "unclear"),
    ],
)
def test_the_served_model_stays_the_one_that_was_asked(names, kept):
    assert standing("served model", [seen("cap", cap=24, served=name) for name in names]).standing == kept


def test_several_builds_are_told_and_break_nothing():
    replies = [seen("cap", cap=24, system_fingerprint=build) for build in ("a", "b")]
    assert standing("served model", replies).words == "m in all 2 replies; 2 builds answered"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"reason": "stop", "calls": [("weigh", "{}")]}, "calls end with 'stop'"),
        ({"reason": "tool_calls", "answer": "9"}, "'tool_calls' without a call"),
        ({"reason": None, "answer": "9"}, "no finish reason"),
        ({"reason": "length", "answer": "9", "usage": usage(9, 3)}, "'length' far below the cap"),
        ({"reason": "stop", "answer": "9", "usage": usage(9, 100)}, "cut replies end with 'stop'"),
    ],
)
def test_odd_finish_reasons_are_named(what, words):
    told = standing("finish reasons", [seen("tools", cap=100, **what)])
    assert (told.standing, told.words) == ("broken", f"1 x {words}")
