"""A model that its provider no longer serves is refused, or warned of where another answers by its name."""

import sys
from datetime import date

import pytest

import workbench as wb
from workbench.errors import NotFound
from workbench.providers.models import resolve
from workbench.providers.requests import build_request
from workbench.providers.retired import check_not_retired, doubts_of_retirement


def test_kimi_k2_thinking_at_moonshot_says_what_happened_and_who_serves_it():
    with pytest.raises(NotFound) as caught:
        check_not_retired(resolve("moonshot/kimi-k2-thinking"))
    message = str(caught.value)
    assert "retired on 2026-05-25" in message
    for other in ("openrouter/moonshotai/", "novita/moonshotai/", "bedrock/moonshot."):
        assert f"{other}kimi-k2-thinking" in message
    assert "nvidia" not in message
    assert "nothing was sent" in message


def test_a_retired_model_is_refused_before_its_key_is_looked_for():
    with pytest.raises(NotFound, match="retired on 2026-05-25"):
        wb.ask("How many?", model="moonshot/kimi-k2-thinking")


def test_another_site_that_speaks_like_moonshot_may_serve_it_still():
    wb.add_provider("relay", base_url="http://127.0.0.1:9/v1", dialect="moonshot")
    target = resolve("relay/kimi-k2-thinking")
    check_not_retired(target)
    assert target.facts.least_max_tokens == 16_000


def test_an_announced_day_retires_a_model_when_it_comes(home, monkeypatch):
    (home / "workbench.toml").write_text('[models."openai/gpt-own"]\nretired = 2999-01-01\n')
    target = resolve("openai/gpt-own")
    check_not_retired(target)
    assert target.facts.retires == date(2999, 1, 1)
    monkeypatch.setattr(sys.modules["workbench.providers.retired"], "today", lambda: date(2999, 1, 1))
    with pytest.raises(NotFound, match=r"retired on 2999-01-01.*wb\.models\(\)"):
        check_not_retired(target)


@pytest.mark.parametrize(
    ("model", "day", "by"),
    [("deepseek/deepseek-chat", "2026-07-24", "deepseek-v4-flash"), ("xai/grok-4", "2026-05-15", "grok-4.3")],
)
def test_a_name_that_another_model_answers_by_now_is_asked_with_a_warning(model, day, by):
    target = resolve(model)
    check_not_retired(target)
    (warning,) = doubts_of_retirement(target)
    assert f"was retired on {day}; its name is answered by {by}" in warning
    assert warning in build_request("How many?", target=target).warnings


def test_an_end_of_which_one_other_party_tells_is_no_refusal():
    for model in ("nvidia/moonshotai/kimi-k2-thinking", "xai/grok-3-mini", "baseten/moonshotai/Kimi-K2-Thinking"):
        check_not_retired(resolve(model))
        assert "one other party says so (https://" in doubts_of_retirement(resolve(model))[0]
    assert doubts_of_retirement(resolve("moonshot/kimi-k3")) == []


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("openai/o3-mini", r"retired on 2026-10-23.*Use openai/gpt-6\.1-terra"),
        ("moonshot/kimi-k2.5", r"retired on 2026-08-31.*Use moonshot/kimi-k2\.6"),
    ],
)
def test_a_dead_model_says_when_it_died_and_who_follows(model, words):
    with pytest.raises(NotFound, match=words):
        check_not_retired(resolve(model))
