"""Train the dictionary that kept replies are packed with, from texts that are ours: `python docs/make_dictionary.py`.

Writes `workbench/cache/store/NUMBER-HASH.zdict`, NUMBER being one more than the last, and the newest is the one that
replies are packed with from then on. Never trained on what users keep: passages of it would outlive `delete`. The
texts are this project's own recordings, pages, notebooks and docstrings, put into the forms in which providers reply.

No file that was once released may be removed or changed, and none needs to be made anew as the texts change: a new one
is worth its 64 kB where kept replies have other forms by then. `tests/cache/store/test_dictionaries.py` keeps count.
"""

from __future__ import annotations

import ast
import hashlib
import json
import random
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import zstandard

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "workbench" / "cache" / "store"
DICTIONARY_BYTES, PROSE_CHARACTERS = 65_536, 3_000
LEAST_SENTENCE, LEAST_REMARK = 60, 40
# Segments of 256 bytes, found by 6 bytes that they share: the best of six pairs on texts that were not trained on.
SEGMENT_BYTES, SHARED_BYTES = 256, 6

THINKING, ANSWER = "$THINKING", "$ANSWER"
CHAT, CHUNKED = "chat.completion", "chat.completion.chunk"
# By host: its address, a model, the message, and what its replies hold besides. `#` stands for a digit drawn anew.
FORMS: tuple[tuple[str, str, str, dict[str, Any], dict[str, Any]], ...] = (
    (
        *("https://api.openai.com/v1", "openai", "gpt-5-mini"),
        {"role": "assistant", "content": ANSWER, "refusal": None, "annotations": []},
        {
            "id": "chatcmpl-############",
            "object": CHAT,
            "service_tier": "default",
            "system_fingerprint": None,
            "usage": {
                "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
                "completion_tokens_details": {
                    "reasoning_tokens": "####",
                    "audio_tokens": 0,
                    "accepted_prediction_tokens": 0,
                    "rejected_prediction_tokens": 0,
                },
            },
        },
    ),
    (
        *("https://openrouter.ai/api/v1", "openrouter", "moonshotai/kimi-k2-thinking"),
        {
            "role": "assistant",
            "content": ANSWER,
            "refusal": None,
            "reasoning": THINKING,
            "reasoning_details": [{"type": "reasoning.text", "text": THINKING, "format": "unknown", "index": 0}],
        },
        {
            "id": "gen-##########-####################",
            "provider": "Moonshot AI",
            "object": CHAT,
            "usage": {
                "cost": 0.00,
                "is_byok": False,
                "prompt_tokens_details": {"cached_tokens": 0},
                "cost_details": {"upstream_inference_cost": None},
                "completion_tokens_details": {"reasoning_tokens": "####", "image_tokens": 0},
            },
        },
    ),
    (
        *("https://api.moonshot.ai/v1", "moonshot", "kimi-k2-thinking"),
        {"role": "assistant", "content": ANSWER, "reasoning_content": THINKING},
        {"id": "chatcmpl-########################", "object": CHAT, "usage": {"cached_tokens": "###"}},
    ),
    (
        *("https://api.deepseek.com", "deepseek", "deepseek-reasoner"),
        {"role": "assistant", "content": ANSWER, "reasoning_content": THINKING},
        {
            "id": "########-####-####-####-############",
            "object": CHAT,
            "system_fingerprint": "fp_##########",
            "usage": {
                "prompt_tokens_details": {"cached_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": "####"},
                "prompt_cache_hit_tokens": 0,
                "prompt_cache_miss_tokens": "##",
            },
        },
    ),
    (
        *("https://api.groq.com/openai/v1", "groq", "qwen/qwen3-32b"),
        {"role": "assistant", "content": ANSWER, "reasoning": THINKING},
        {
            "id": "chatcmpl-########-####-####-####-############",
            "object": CHAT,
            "usage": {"queue_time": 0.0, "prompt_time": 0.00, "completion_time": 1.0, "total_time": 1.0},
            "usage_breakdown": None,
            "system_fingerprint": "fp_##########",
            "x_groq": {"id": "req_##########################"},
            "service_tier": "on_demand",
        },
    ),
    (
        *("https://api.together.xyz/v1", "together", "moonshotai/Kimi-K2-Thinking"),
        {"role": "assistant", "content": ANSWER, "reasoning": THINKING, "tool_calls": []},
        {"id": "##############-######", "object": CHAT, "prompt": []},
    ),
    (
        *("https://api.x.ai/v1", "xai", "grok-4-fast-reasoning"),
        {"role": "assistant", "content": ANSWER, "reasoning_content": THINKING, "refusal": None},
        {
            "id": "########-####-####-####-############",
            "object": CHAT,
            "usage": {
                "prompt_tokens_details": {"text_tokens": "##", "audio_tokens": 0, "image_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": "####", "audio_tokens": 0},
                "num_sources_used": 0,
            },
            "system_fingerprint": "fp_##########",
        },
    ),
    (
        *("http://localhost:8000/v1", "vllm", "Qwen/Qwen3-8B"),
        {
            "role": "assistant",
            "content": ANSWER,
            "refusal": None,
            "annotations": None,
            "audio": None,
            "function_call": None,
            "tool_calls": [],
            "reasoning_content": THINKING,
        },
        {
            "id": "chatcmpl-################################",
            "object": CHAT,
            "service_tier": None,
            "prompt_logprobs": None,
            "kv_transfer_params": None,
        },
    ),
    (
        *("http://localhost:11434/v1", "ollama", "deepseek-r1:8b"),
        {"role": "assistant", "content": "<think>\n$THINKING\n</think>\n\n$ANSWER"},
        {"id": "chatcmpl-###", "object": CHAT, "system_fingerprint": "fp_ollama"},
    ),
    (
        *("https://generativelanguage.googleapis.com/v1beta/openai", "gemini", "gemini-2.5-flash"),
        {"role": "assistant", "content": f"<thought>{THINKING}</thought>{ANSWER}"},
        {"id": "######################", "object": CHUNKED, "usage": {}},
    ),
)


def records(chance: random.Random) -> Iterator[bytes]:
    """Half of what is recorded of local models, and the project's prose in the form of each provider in turn."""
    lines = [line for file in sorted((PROJECT / "cache" / "recordings").glob("*.jsonl")) for line in file.open("rb")]
    yield from lines[::2]
    text = "\n".join(prose())
    for start, form in zip(range(0, len(text), PROSE_CHARACTERS), cycle(FORMS), strict=False):
        yield as_kept(text[start : start + PROSE_CHARACTERS], form, chance).encode()


def as_kept(text: str, form: tuple[str, str, str, dict[str, Any], dict[str, Any]], chance: random.Random) -> str:
    """A record of a reply that thought and answered so."""
    address, host, model, message, besides = form
    usage = {"prompt_tokens": "###", "completion_tokens": "####", "total_tokens": "####", **besides.get("usage", {})}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    response = {"created": 1700000000, "model": model, **besides, "choices": [choice], "usage": usage}
    request = {
        "base_url": address,
        "model_id": f"{host}/{model}",
        "dialect": host,
        "body": {"model": model, "messages": [{"role": "user", "content": text[:200]}], "max_tokens": 16000},
        "headers": {},
        "query": {},
        "sample": 0,
    }
    record = {"version": 1, "key": "#" * 64, "request": request, "response": response, "streamed": True, "status": 200}
    times = {"request_id": None, "seconds": 12.5, "seconds_to_first_token": 0.5, "seconds_to_answer": 9.5}
    booked = {"attempts": 1, "usd": 0.00, "usd_source": "price list", "created_at": "2026-11-30T10:00:00+00:00"}
    whole = json.dumps({**record, **times, **booked, "workbench": "0.1.0"}, separators=(",", ":"))
    end = len(text) * 7 // 8
    whole = whole.replace(THINKING, json.dumps(text[200:end])[1:-1]).replace(ANSWER, json.dumps(text[end:])[1:-1])
    return re.sub(r"#", lambda _: chance.choice("0123456789abcdef"), whole)


def prose() -> Iterator[str]:
    """What this project has written: pages, findings, notebooks, docstrings, messages and remarks."""
    pages = [*sorted((PROJECT / "docs").glob("*.md")), PROJECT / "README.md", PROJECT / "CHANGELOG.md"]
    for file in [*pages, *sorted((PROJECT / "findings").iterdir())]:
        yield file.read_text(encoding="utf-8")
    for file in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        yield from ("".join(cell["source"]) for cell in json.loads(file.read_text(encoding="utf-8"))["cells"])
    for file in sorted((PROJECT / "workbench").rglob("*.py")):
        code = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > LEAST_SENTENCE:
                yield " ".join(node.value.split())
        yield "\n".join(remark for remark in re.findall(r"# (.*)", code) if len(remark) > LEAST_REMARK)


def main() -> None:
    """Train, and write the file under the next number."""
    samples = list(records(random.Random(1)))
    made = zstandard.train_dictionary(DICTIONARY_BYTES, samples, k=SEGMENT_BYTES, d=SHARED_BYTES)
    content = made.as_bytes()
    last = max((int(file.name.partition("-")[0]) for file in TARGET.glob("*.zdict")), default=0)
    target = TARGET / f"{last + 1}-{hashlib.sha256(content).hexdigest()[:16]}.zdict"
    target.write_bytes(content)
    print(f"{target.relative_to(PROJECT)}: {len(content):,} bytes from {sum(map(len, samples)):,}")


if __name__ == "__main__":
    main()
