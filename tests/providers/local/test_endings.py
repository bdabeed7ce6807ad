"""What the engine says before it ends becomes one sentence that says what to do; its words are those of real runs."""

import pytest

from workbench.providers.local.endings import refusal_in

ARCHITECTURE = """0.155.560 E llama_model_load: error loading model: unknown model architecture: 'xlama'
0.155.646 E llama_model_load_from_file_impl: failed to load model
Failed to init server, please check the input params."""
VOCABULARY = """0.5 E error loading model: error loading model vocabulary: cannot find tokenizer vocab in model file

0.529.113 E llama_model_load_from_file_impl: failed to load model"""
TEMPLATE = """0.12 E srv init: chat template parsing error: Unable to generate parser for this template.
While executing CallExpression at line 1, column 42 in source:
Error: Jinja Exception: no system
0.12.136 E srv init: for example: --no-jinja --chat-template chatml"""
TOKENS = "0.09.217 E common_chat_templates_init: error: Unexpected token type\nexiting due to model loading error"
MEMORY = "0.3 E ggml: failed to allocate CPU buffer of size 123456789\nexiting"


@pytest.mark.parametrize(
    ("written", "reason", "advice"),
    [
        (ARCHITECTURE, "unknown model architecture: 'xlama' (the engine, xllamacpp ", "may be older"),
        (VOCABULARY, "cannot find tokenizer vocab in model file (its file is damaged", "fetch it again"),
        (TEMPLATE, "its chat template fails: no system", "chat_template in workbench.toml"),
        (TOKENS, "its chat template fails: Unexpected token type", "chat_template in workbench.toml"),
        (MEMORY, "failed to allocate CPU buffer of size 123456789", "a smaller context"),
    ],
    ids=["architecture", "vocabulary", "template", "tokens", "memory"],
)
def test_a_reason_is_taken_out_with_what_to_do(written, reason, advice):
    found = refusal_in(written)
    assert found.startswith(reason)
    assert advice in found


@pytest.mark.parametrize("written", ["", "Killed", "Traceback (most recent call last):\nValueError: x", "E srv: busy"])
def test_other_words_tell_no_reason(written):
    assert refusal_in(written) == ""
