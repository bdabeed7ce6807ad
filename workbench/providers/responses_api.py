"""OpenAI's Responses API as a dialect: who is asked in it, what it cannot say, and a chat request in its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from workbench.errors import BadRequest, ConfigError, InputError
from workbench.providers.depth import effort_of
from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.models import Target

DIALECTS: Final = ("chat", "responses")

MARK: Final = "dialect"
"""Field of a request's body that says so; it is part of the key, and never sent."""

ENCRYPTED: Final = "reasoning.encrypted_content"

_ONLY_IN_CHAT: Final = (
    *("n", "seed", "stop", "logit_bias", "presence_penalty", "frequency_penalty", "logprobs", "functions"),
    *("function_call", "audio", "modalities", "prediction", "web_search_options"),
)
_KEPT_AT_THE_HOST: Final = ("previous_response_id", "conversation", "background", "prompt")
"""They let the model see what the request does not say, or the reply come later: no key could stand for that."""


def dialect_for(target: Target, options: Mapping[str, Any], wanted: object = None) -> str:
    """Whether a request goes out as `chat` or as `responses`.

    As the caller says; else as the table of models says: some call tools in the latter alone while they think, and a
    few know nothing else. Raises `InputError` for another word, `ConfigError` for `chat` where that is refused.

    >>> from workbench.providers.models import resolve
    >>> tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
    >>> dialect_for(resolve("openai/gpt-5.6-sol"), {"tools": [tool]})
    'responses'
    >>> dialect_for(resolve("openai/gpt-5.6-sol"), {"tools": [tool], "reasoning_effort": "none"})
    'chat'
    """
    if wanted is not None and wanted not in DIALECTS:
        raise InputError(f"dialect is {wanted!r}; give 'chat' or 'responses'")
    facts = target.facts
    thinks = (effort_of(options) or facts.default_effort) != "none"
    needs = facts.responses_for == "always" or (
        facts.responses_for == "tools" and bool(options.get("tools")) and thinks
    )
    needs = needs or (wanted is None and effort_of(options) in facts.responses_efforts)
    if wanted == "chat" and needs and "responses_for" not in facts.doubtful:
        what = "calls tools while it thinks" if facts.responses_for == "tools" else "answers"
        raise ConfigError(
            f"{target.id!r} {what} over the Responses API alone; leave dialect='chat' out"
            + (", or say effort='none'" if facts.responses_for == "tools" else "")
            + " (nothing was sent)"
        )
    return str(wanted) if wanted is not None else "responses" if needs else "chat"


def widened(target: Target, wanted: object, effort: object) -> Target:
    """The target with the efforts that it has in this dialect, where it is asked in it."""
    own = target.facts.responses_efforts
    if not own or target.facts.efforts is None or not (wanted == "responses" or (wanted is None and effort in own)):
        return target
    return replace(target, facts=replace(target.facts, efforts=(*target.facts.efforts, *own)))


def as_responses(target: Target, options: dict[str, Any], extra: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The options of a request that goes out as `responses`, and warnings.

    Nothing is left at the host (`store=False`) unless the caller says so, and where the host hands out its thinking
    encrypted, it is asked to, so that a conversation can give it back.

    Raises `BadRequest` for what the Responses API does not know, `InputError` for what it keeps to itself.
    """
    for name in _KEPT_AT_THE_HOST:
        if name in options or name in extra:
            raise InputError(
                f"{name} refers to what the host keeps, so that one key would stand for many calls; send the messages "
                "in full"
            )
    for name in _ONLY_IN_CHAT:
        value = options.get(name)
        if value is not None and not (name == "n" and value == 1) and value is not False:
            raise BadRequest(
                f"the Responses API takes no {name}; leave it out, or put it into extra_body to send it as it is "
                f"({name}={value!r}, nothing was sent)"
            )
    asked = {name: value for name, value in options.items() if name not in _ONLY_IN_CHAT}
    asked |= {MARK: "responses", "store": asked.get("store", False)}
    offered = target.provider.responses
    if offered == "encrypted" and target.facts.thinking != "none" and "include" not in asked | {**extra}:
        asked["include"] = [ENCRYPTED]
    known = offered or target.facts.responses_for
    return asked, [] if known else [f"whether {target.provider.id!r} offers the Responses API is not known here"]


def asks_responses(body: Mapping[str, Any]) -> bool:
    """Whether a request goes out as `responses`."""
    return body.get(MARK) == "responses"


def in_responses_words(body: Mapping[str, Any]) -> dict[str, Any]:
    """A request's body, kept in the words of the chat protocol, in those of the Responses API.

    What neither knows goes through as it is.

    >>> said = {"model": "m", "messages": [{"role": "user", "content": "?"}], "max_tokens": 9, "dialect": "responses"}
    >>> in_responses_words(said)
    {'model': 'm', 'input': [{'role': 'user', 'content': '?'}], 'max_output_tokens': 9}
    """
    sent: dict[str, Any] = {}
    text: dict[str, Any] = dict(body["text"]) if isinstance(body.get("text"), Mapping) else {}
    reasoning: dict[str, Any] = dict(body["reasoning"]) if isinstance(body.get("reasoning"), Mapping) else {}
    for name, value in body.items():
        if name in (MARK, "text", "reasoning"):
            continue
        if name == "messages":
            sent["input"] = [item for message in value for item in _items(message)]
        elif name in MAX_TOKENS_NAMES:
            sent["max_output_tokens"] = value
        elif name == "reasoning_effort":
            reasoning.setdefault("effort", value)
        elif name == "verbosity":
            text.setdefault("verbosity", value)
        elif name == "response_format":
            text.setdefault("format", _flat(value, "json_schema"))
        elif name == "tools":
            sent["tools"] = [_tool(tool) for tool in value] if isinstance(value, list) else value
        elif name == "tool_choice":
            sent["tool_choice"] = _choice(value)
        else:
            sent[name] = value
    return sent | ({"text": text} if text else {}) | ({"reasoning": reasoning} if reasoning else {})


def _flat(value: Any, *names: str) -> Any:
    """An object whose inner one, under the name of its type, is laid flat."""
    if not isinstance(value, Mapping):
        return value
    inner = next((value[name] for name in names if isinstance(value.get(name), Mapping)), None)
    if inner is None:
        return dict(value)
    return {"type": value.get("type"), **inner, **{k: v for k, v in value.items() if k not in (*names, "type")}}


def _tool(tool: Any) -> Any:
    """A tool laid flat. This API makes schemas strict by itself where nothing is said, and chat does not."""
    flat = _flat(tool, "function", "custom")
    if isinstance(flat, dict) and flat.get("type") == "function":
        flat.setdefault("strict", False)
    return flat


def _choice(choice: Any) -> Any:
    flat = _flat(choice, "function", "custom", "allowed_tools")
    if isinstance(flat, dict) and isinstance(flat.get("tools"), list):
        flat["tools"] = [_flat(tool, "function", "custom") for tool in flat["tools"]]
    return flat


def _items(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The input items that a message becomes; an assistant's own, where the message holds them, as they came."""
    role, content = message.get("role"), message.get("content")
    if role in ("tool", "function"):
        yield {
            "type": "function_call_output",
            "call_id": message.get("tool_call_id") or message.get("name"),
            "output": content if isinstance(content, str) else _parts(content, "input"),
        }
        return
    if role != "assistant":
        yield {"role": role, "content": content if isinstance(content, str) else _parts(content, "input")}
        return
    kept = message.get("output")
    if isinstance(kept, list):
        yield from (dict(item) for item in kept if isinstance(item, Mapping))
        return
    spoken = content if isinstance(content, str) else _parts(content, "output")
    if spoken:
        yield {"role": "assistant", "content": spoken}
    for call in message.get("tool_calls") or ():
        yield _call(call)


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    custom, function = call.get("custom"), call.get("function")
    if isinstance(custom, Mapping):
        return {
            "type": "custom_tool_call",
            "call_id": call.get("id"),
            "name": custom.get("name"),
            "input": custom.get("input"),
        }
    called = function if isinstance(function, Mapping) else {}
    return {
        "type": "function_call",
        "call_id": call.get("id"),
        "name": called.get("name"),
        "arguments": called.get("arguments") or "{}",
    }


def _parts(content: Any, side: str) -> list[Any]:
    return [_part(part, side) for part in content] if isinstance(content, Sequence) else []


def _part(part: Any, side: str) -> Any:
    if isinstance(part, str):
        return {"type": f"{side}_text", "text": part}
    if not isinstance(part, Mapping):
        return part
    kind = part.get("type")
    if kind == "text":
        return {**part, "type": f"{side}_text"}
    if kind == "image_url":
        image = part.get("image_url")
        fields = {"image_url": image.get("url"), "detail": image.get("detail")} if isinstance(image, Mapping) else {}
        fields = fields or {"image_url": image}
        return {"type": "input_image", **{name: value for name, value in fields.items() if value is not None}}
    if kind == "file" and isinstance(part.get("file"), Mapping):
        return {"type": "input_file", **part["file"]}
    return dict(part)
