"""Patterns that are compiled when they are first used."""

import copy
import re

import pytest

from workbench.base import regular_expressions


def test_a_pattern_has_all_methods_of_a_compiled_one_and_is_shown_as_it():
    late, compiled = regular_expressions.compile("(?P<n>[0-9]+) SHEEP", re.IGNORECASE), re.compile("x")
    assert all(hasattr(late, name) for name in dir(compiled) if not name.startswith("_"))
    assert late.fullmatch("17 sheep")["n"] == "17"
    assert late.sub("9", "17 sheep") == "9"
    assert (late.groups, dict(late.groupindex), late.flags) == (1, {"n": 1}, re.IGNORECASE | re.UNICODE)
    assert repr(late) == "re.compile('(?P<n>[0-9]+) SHEEP', re.IGNORECASE)"
    assert copy.deepcopy(late).search("8 sheep")
    assert regular_expressions.compile(b"[0-9]").search(b"7")


def test_nothing_is_compiled_before_it_is_used_and_once_after_that(monkeypatch):
    compiled, of_python = [], re.compile
    monkeypatch.setattr(re, "compile", lambda pattern, flags: compiled.append(pattern) or of_python(pattern, flags))
    late = regular_expressions.compile("[0-9]+")
    assert late.pattern == "[0-9]+"
    assert not compiled
    assert late.search("1 and 2")
    assert late.findall("1 and 2") == ["1", "2"]
    assert compiled == ["[0-9]+"]


def test_a_wrong_pattern_is_told_when_it_is_used_and_an_unknown_method_at_once():
    late = regular_expressions.compile("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        late.search("x")
    with pytest.raises(AttributeError, match="a pattern has no 'frobnicate'"):
        late.frobnicate  # noqa: B018
