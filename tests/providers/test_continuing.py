"""Which servers take a thought that was cut, in which form; and why the others do not."""

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.providers.continuing import way, way_of
from workbench.providers.models import resolve
from workbench.providers.requests import build_request


def test_the_thought_is_closed_and_the_line_breaks_are_left_to_the_model():
    message = way("local").message("So it is 4.\n")
    assert message == {"role": "assistant", "reasoning_content": "So it is 4.\n</think>", "content": ""}
    assert way("vllm").message("So it is 4.")["content"] == "<think>\nSo it is 4.\n</think>"


@pytest.mark.parametrize("dialect", ["local", "llamacpp", "vllm", "sglang"])
def test_servers_of_ones_own_are_told_to_go_on_and_to_add_no_turn(dialect):
    body = way(dialect).body
    assert body["add_generation_prompt"] is False
    assert body["continue_final_message"]


def test_deepseek_can_under_its_beta_address_alone():
    wb.add_provider("beta", base_url="https://deepseek.invalid/beta", dialect="deepseek", key_env="SOME_API_KEY")
    assert way_of(resolve("beta/deepseek-x")).name == "prefix"
    with pytest.raises(InputError, match="beta address only"):
        way_of(resolve("deepseek/deepseek-reasoner"))


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("anthropic/claude-sonnet-4-5", "signed"),
        ("dashscope/qwen3-max", "do not think"),
        ("groq/some-model", "no way to go on from a thought is documented"),
    ],
)
def test_elsewhere_it_is_refused_in_words(model, why):
    with pytest.raises(InputError, match=why):
        way_of(resolve(model))


def test_a_thought_that_is_sent_counts_among_the_tokens_of_the_prompt():
    target = resolve("local/smollm2-135m-think")
    asked = [{"role": "user", "content": "How many?"}]
    plain = build_request(asked, target=target, max_tokens=8)
    longer = build_request([*asked, way("local").message("x" * 4_000)], target=target, max_tokens=8)
    assert longer.prompt_tokens_at_most >= plain.prompt_tokens_at_most + 4_000


def test_hosts_that_document_a_prefilled_answer_are_tried():
    kimi = way_of(resolve("moonshot/kimi-k2-thinking"))
    assert kimi.tried
    assert kimi.message("So 4.") == {"role": "assistant", "reasoning_content": "So 4.", "content": "", "partial": True}
    router = way_of(resolve("openrouter/moonshotai/kimi-k2-thinking"))
    assert router.tried
    assert router.message("So 4.") == {"role": "assistant", "content": "<think>\nSo 4.\n</think>"}
    assert not way("vllm").tried
