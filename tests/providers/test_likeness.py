"""What makes two calls alike."""

from __future__ import annotations

import workbench as wb
from workbench.providers.likeness import parameters_mark, prompt_mark
from workbench.providers.models import resolve
from workbench.providers.requests import build_request


def request(prompt: str = "one?", **options):
    return build_request(prompt, target=resolve(wb.Model("openrouter/openai/gpt-5", label="a")), **options)


def test_the_cap_and_the_prompt_leave_the_parameters_alike() -> None:
    assert parameters_mark(request(max_tokens=10)) == parameters_mark(request("two?", max_tokens=20))
    assert parameters_mark(request()) != parameters_mark(request(seed=1))


def test_the_same_prompt_has_the_same_mark_whatever_is_asked_of_it() -> None:
    assert prompt_mark(request(max_tokens=10)) == prompt_mark(request(max_tokens=20))
    assert prompt_mark(request()) != prompt_mark(request("two?"))
    assert len(prompt_mark(request())) == 12
