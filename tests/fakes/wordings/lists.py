"""Lists of models as providers send them, in their own shapes: what `GET …/models` answers."""

from __future__ import annotations

from typing import Any

OPENROUTER: dict[str, Any] = {
    "data": [
        {
            "id": "acme/deep-3",
            "canonical_slug": "acme/deep-3-20260914",
            "name": "Acme: Deep 3",
            "created": 1_789_000_000,
            "context_length": 400_000,
            "architecture": {"input_modalities": ["text"], "output_modalities": ["text"], "tokenizer": "Other"},
            "pricing": {
                "prompt": "0.0000012",
                "completion": "0.0000048",
                "input_cache_read": "0.00000012",
                "input_cache_write": "0.0000015",
                "request": "0",
                "overrides": [{"min_prompt_tokens": 200_000, "prompt": "0.0000024", "completion": "0.0000072"}],
            },
            "top_provider": {"context_length": 400_000, "max_completion_tokens": 64_000, "is_moderated": False},
            "supported_parameters": ["max_tokens", "reasoning", "seed"],
            "reasoning": {
                "mandatory": True,
                "default_enabled": True,
                "default_effort": "medium",
                "supported_efforts": ["high", "medium", "low", "none"],
            },
            "expiration_date": None,
        },
        {
            "id": "acme/plain-1",
            "canonical_slug": "acme/plain-1",
            "created": 1_700_000_000,
            "context_length": 8_192,
            "pricing": {"prompt": "0.0000001", "completion": "0.0000002"},
            "top_provider": {"max_completion_tokens": None},
            "supported_parameters": ["max_tokens", "temperature"],
            "expiration_date": "2027-02-01",
        },
        {
            "id": "~acme/deep-latest",
            "canonical_slug": "~acme/deep-latest",
            "created": 1_789_000_001,
            "context_length": 400_000,
            "pricing": {"prompt": "-1", "completion": "-1"},
            "alias_target": {"slug": "acme/deep-3", "name": "Acme: Deep 3"},
            "supported_parameters": ["reasoning"],
        },
        {
            "id": "moonshotai/kimi-k2-thinking",
            "created": 1_762_000_000,
            "context_length": 262_144,
            "pricing": {"prompt": "0.0000009", "completion": "0.000004"},
            "supported_parameters": ["reasoning"],
        },
    ]
}

OPENAI = {
    "object": "list",
    "data": [
        {"id": "gpt-6-sol", "object": "model", "created": 1_780_000_000, "owned_by": "system", "shutdown_date": None},
        {"id": "gpt-6-luna", "object": "model", "created": 1_780_000_000, "shutdown_date": "2028-03-31"},
        {"id": "gpt-9-nova", "object": "model", "created": 1_795_000_000, "owned_by": "system", "shutdown_date": None},
    ],
}

MOONSHOT = {
    "object": "list",
    "data": [
        {"id": "kimi-k2.6", "object": "model", "created": 1_770_000_000, "context_length": 262_144},
        {"id": "kimi-k3", "object": "model", "context_length": 524_288, "supports_reasoning": True},
        {"id": "kimi-k9", "object": "model", "context_length": 2_097_152, "supports_image_in": True},
    ],
}

GEMINI = {
    "models": [
        {
            "name": "models/gemini-3.8-flash",
            "version": "001",
            "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536,
            "supportedGenerationMethods": ["generateContent"],
            "thinking": True,
        },
        {"name": "models/gemini-9-neon", "inputTokenLimit": 2_000_000, "outputTokenLimit": 131_072, "thinking": True},
    ]
}

VLLM = {
    "object": "list",
    "data": [
        {
            "id": "Qwen/Qwen3-32B",
            "object": "model",
            "created": 1_790_000_000,
            "owned_by": "vllm",
            "root": "Qwen/Qwen3-32B",
            "parent": None,
            "max_model_len": 40_960,
            "permission": [{"id": "modelperm-1", "object": "model_permission"}],
        }
    ],
}

ANTHROPIC = {
    "data": [
        {
            "id": "claude-next-1",
            "type": "model",
            "created_at": "2026-11-01T00:00:00Z",
            "lifecycle": "active",
            "retires_at": "2028-01-15T00:00:00Z",
            "max_input_tokens": 1_000_000,
            "max_tokens": 128_000,
            "capabilities": {
                "effort": {"low": True, "high": {"supported": True}, "max": False},
                "thinking": {"types": {"adaptive": True, "enabled": False, "disabled": False, "between_tools": False}},
            },
        },
        {"id": "claude-old", "type": "model", "lifecycle": "retired"},
    ],
    "has_more": False,
    "last_id": "claude-old",
}

MISTRAL = {
    "data": [
        {
            "id": "ministral-99b-2611",
            "created": 1_795_000_000,
            "capabilities": {"completion_chat": True, "reasoning": True},
            "max_context_length": 262_144,
            "aliases": ["ministral-99b-latest"],
            "deprecation": "2027-06-30T12:00:00Z",
            "deprecation_replacement_model": "mistral-large-4",
        }
    ]
}

XAI = {
    "models": [
        {
            "id": "grok-9",
            "version": "1",
            "fingerprint": "fp_1",
            "aliases": ["grok-9-latest"],
            "prompt_text_token_price": 30_000,
            "cached_prompt_text_token_price": 7_500,
            "completion_text_token_price": 150_000,
            "prompt_text_token_price_long_context": 60_000,
            "completion_text_token_price_long_context": 300_000,
            "max_prompt_length": 500_000,
        }
    ]
}

VERCEL = {
    "data": [
        {
            "id": "acme/deep-3",
            "context_window": 400_000,
            "max_tokens": 64_000,
            "pricing": {"input": "0.000001", "output": "0.000004", "input_cache_read": "0.0000001"},
        }
    ]
}

HUGGINGFACE = {
    "data": [
        {
            "id": "acme/Open-70B",
            "providers": [
                {"provider": "one", "context_length": 32_768, "pricing": {"input": 0.2, "output": 0.6}},
                {"provider": "two", "context_length": 131_072, "pricing": {"input": 0.5, "output": 0.4}},
            ],
        }
    ]
}
