"""The terms on which providers take many requests at once."""

import pytest

from workbench.providers.batches import known_terms


@pytest.mark.parametrize(
    ("provider", "share", "most", "window"),
    [
        ("openai", 0.5, 50_000, "24h"),
        ("anthropic", 0.5, 100_000, "24h"),
        ("gemini", 0.5, None, "24h"),
        ("moonshot", 0.6, None, None),
        ("dashscope", 0.5, 50_000, "24h"),
        ("groq", 0.5, None, "24h"),
        ("openrouter", None, 5_000, None),
    ],
)
def test_terms_of_batches(provider, share, most, window):
    terms = known_terms()[provider]
    assert terms.share == share
    assert most in (None, terms.most_requests)
    assert window in (None, terms.window)
