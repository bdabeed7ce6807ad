"""The most that a request can cost, reckoned from the body that is sent: without a bound there is no cap to keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.errors import WorkbenchError
from workbench.providers import known_parameters as known
from workbench.providers.conversation import Conversation
from workbench.providers.models import Target, resolve
from workbench.providers.offers import Prices
from workbench.providers.parameters import told_off
from workbench.providers.prices import dearest_usd, has_variant
from workbench.providers.requests import CallRequest

TOKENS_OF_AN_IMAGE = 65_536
"""More than any model makes of one picture, however large and however small its file."""

TOKENS_AROUND_TOOLS = 1_024
"""Of the words by which a provider tells its model how to call tools, generously."""

_PLAIN_PARTS = frozenset({"text", "input_text", "output_text", "refusal", "thinking", "reasoning", "tool_result"})
_CALLED_TOOLS = frozenset({"function", "custom"})
_ABOUT_A_TOOL = frozenset({"name", "description", "parameters", "strict", "format", "cache_control"})
_STANDARD_TIERS = frozenset({"default", "standard", "standard_only", "on_demand", "flex", "batch", "economy", "normal"})
_OF_ITS_OWN = frozenset({"messages", "tools", "functions", "response_format", "prediction", "documents", "metadata"})
_OF_ITS_OWN |= {"json_schema", "guided_json", "structured_outputs", "format", "logit_bias"}
"""Fields in which a name is a word of the user's own: of a conversation, a schema, a label."""


class _Unbounded(Exception):
    """Why a request has no bound."""


@dataclass(frozen=True)
class Bound:
    """US dollars at the most, or None with the reason in words and what can be done about it."""

    usd: float | None
    why: str = ""


def worst_of(request: CallRequest) -> Bound:
    """The most that one attempt of a request can cost.

    Counted are every prompt token as new and as written into a cache, every output token of every copy, the dearest of
    all models that may answer, the tier that is asked for, and the dearest hour.
    """
    target = request.target
    if target.provider.free and target.facts.prices is None:
        return Bound(0.0)
    try:
        body = request.body
        _check_fields(body)
        _check_beside(request)
        prompt = request.prompt_tokens_at_most + _hidden_prompt_tokens(body)
        return Bound(max(_usd_of(model, body, prompt) for model in _models(target, body)))
    except _Unbounded as reason:
        return Bound(None, str(reason))


def _usd_of(target: Target, body: Mapping[str, Any], prompt: int) -> float:
    output = _output_tokens(target, body)
    _check_route(target, body)
    usd = None
    if not (target.provider.free and target.facts.prices is None):
        contexts = _contexts(target, body)
        usds = [dearest_usd(target, prompt, output, context, an_hour=_is_kept_long(body)) for context in contexts]
        usd = None if None in usds else max(value for value in usds if value is not None)
    limit = _most_price(target, body)
    if usd is None and limit is not None:
        usd = (prompt * limit.input + output * limit.output) / 1e6
    if usd is None:
        raise _Unbounded(f"{target.id!r} has no known price; add usd_per_million for it to workbench.toml")
    return usd


def _check_fields(body: Mapping[str, Any]) -> None:
    for name, value in body.items():
        if name in known.COSTLY and value not in (None, False, [], "", "none"):  # an empty dict is an order too
            raise _Unbounded(f"{name} adds to the bill what nobody knows before; leave it out")
        if name not in known.KNOWN:
            raise _Unbounded(f"nobody knows what {name!r} in extra_body does to the bill; leave it out")
    modalities = body.get("modalities")
    if modalities not in (None, [], ["text"]):
        raise _Unbounded(f"modalities={modalities!r} is billed by more than text; leave it out")
    for name in ("messages", "tools", "functions"):
        if not isinstance(body.get(name) or [], list):
            raise _Unbounded(f"{name} is no list, and nobody knows what is made of it")
    if not all(isinstance(message, Mapping) for message in body.get("messages") or ()):
        raise _Unbounded("a message is no message, and nobody knows what is made of it")
    for tool in body.get("tools") or ():
        _check_tool(tool)
    for function in body.get("functions") or ():
        _check_tool({"type": "function", "function": function})
    if not _is_googles(body.get("extra_body")):
        raise _Unbounded("nobody knows what stands in extra_body does to the bill; leave it out")


def _check_beside(request: CallRequest) -> None:
    """Raise for what stands in the query or in a header of a request and may buy something else than its body says."""
    for name in request.query:
        if name not in request.hidden.query and name.lower() not in known.IN_QUERIES:
            raise _Unbounded(f"nobody knows what {name!r} in extra_query does to the bill; leave it out")
    for name, value in request.headers.items():
        words = re.split(r"[-_]", name.lower())
        told = name in request.hidden.headers or value in ("", "false", "none")
        if not told and not known.IN_HEADERS.isdisjoint(words):
            raise _Unbounded(f"nobody knows what the header {name!r} does to the bill; leave it out")


def _check_tool(tool: object) -> None:
    """Raise for a tool that is not called here: a provider may run it, and charge for it, whatever it looks like."""
    kind = tool.get("type") if isinstance(tool, Mapping) else tool
    if kind is None and isinstance(tool, Mapping) and tool:
        # Without a type, as older requests have it, it is a function that says so, and nothing beside.
        kind = "function" if {*tool} in ({"function"}, {"type", "function"}) else ", ".join(map(str, tool))
    if not isinstance(tool, Mapping) or not isinstance(kind, str) or kind not in _CALLED_TOOLS:
        raise _Unbounded(
            f"a tool of type {kind!r} runs at the provider, at a price that nobody knows before; leave it out"
        )
    described = tool.get(kind, tool)  # beside its type, as the Responses API has it
    if not isinstance(described, Mapping) or not isinstance(described.get("name"), str):
        raise _Unbounded(
            f"a tool is {tool!r:.80}, a {kind} without a name, and nobody knows what is made of it; name it"
        )
    beside = sorted(map(str, {*tool} - {"type", kind, *_ABOUT_A_TOOL}))
    if beside:
        raise _Unbounded(
            f"a tool holds {beside[0]!r} beside its function, at a price that nobody knows before; leave it out"
        )


def _is_googles(nested: object) -> bool:
    """Whether an extra_body within the body holds no more than Google's switches of thinking."""
    if nested is None:
        return True
    google = nested.get("google") if isinstance(nested, Mapping) and {*nested} == {"google"} else None
    return isinstance(google, Mapping) and {*google} <= {"thinking_config"}


def _hidden_prompt_tokens(body: Mapping[str, Any]) -> int:
    """What the text of a request does not show of its prompt; raises for parts whose size nobody knows before."""
    tokens = TOKENS_AROUND_TOOLS if body.get("tools") or body.get("functions") else 0
    whole = {name: value for name, value in body.items() if isinstance(value, Mapping | list) and name != "messages"}
    tokens += len(json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    messages = body.get("messages") or ()
    if isinstance(messages, Conversation) and messages.is_plain:
        return tokens + messages.beside
    for message in messages:
        if not isinstance(message, Mapping):
            continue
        beside = {name: value for name, value in message.items() if name not in ("role", "content")}
        if beside:
            tokens += len(json.dumps(beside, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        tokens += sum(map(_tokens_of_part, _parts(message.get("content"))))
    return tokens


def _parts(content: object) -> Iterator[Any]:
    if isinstance(content, list):
        yield from content


def _tokens_of_part(part: Any) -> int:
    kind = part.get("type", "text") if isinstance(part, Mapping) else "text"
    if kind in _PLAIN_PARTS:
        return 0
    if kind in ("image_url", "input_image", "image"):
        return TOKENS_OF_AN_IMAGE
    raise _Unbounded(f"a part of type {kind!r} has a size, and so a price, that nobody knows before")


def _output_tokens(target: Target, body: Mapping[str, Any]) -> int:
    caps = [body[name] for name in known.CAPS if body.get(name) is not None]
    options = body.get("options")
    if isinstance(options, Mapping):
        caps += [options[name] for name in known.CAPS if options.get(name) is not None]
    own_limit = target.facts.most_max_tokens or target.facts.context_tokens
    counts = [_count(cap) for cap in caps]
    if counts and None not in counts:
        most: int | None = max(count for count in counts if count is not None)
    else:
        most = own_limit  # without a cap, or with one that means "no limit", the model's own
    if most is None:
        raise _Unbounded(f"{target.id!r} has no known max_tokens; give max_tokens")
    within = list(_within(body))
    budgets = [count for name in known.BUDGETS if (count := _count(body.get(name))) is not None]
    budgets += [count for name, value in within if _sets_tokens(name) and (count := _count(value)) is not None]
    thinks_apart = target.provider.dialect == "dashscope" and target.facts.thinking != "none" and not told_off(body)
    if thinks_apart and not budgets:
        # DashScope's cap is on the answer alone.
        if own_limit is None:
            raise _Unbounded(f"{target.id!r} thinks beyond max_tokens; give thinking_budget too")
        budgets = [own_limit]
    if budgets and (thinks_apart or max(budgets) > most):
        most += max(budgets)
    most += _predicted_tokens(body)
    copies = 1
    for name, value in (*body.items(), *within):
        if name in known.COPIES and value is not None:
            count = _count(value)
            if count is None:
                raise _Unbounded(f"{name}={value!r} is no number of replies; leave it out")
            copies = max(copies, count)
    return most * copies


def _within(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The names that stand within the fields of a request, however deep, each with its value.

    What a field of a provider holds is nobody's promise: a cap, a model or a number of copies counts wherever it is.
    """
    waiting = [value for name, value in body.items() if name not in _OF_ITS_OWN]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            yield from value.items()
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _sets_tokens(name: object) -> bool:
    return re.sub("[^a-z]", "", str(name).lower()) in _NAMES_OF_TOKENS


_NAMES_OF_TOKENS = frozenset(re.sub("[^a-z]", "", name.lower()) for name in (*known.CAPS, *known.BUDGETS))


def _predicted_tokens(body: Mapping[str, Any]) -> int:
    """Tokens of a prediction: those that prove wrong are billed as output."""
    prediction = body.get("prediction")
    return len(json.dumps(prediction, ensure_ascii=False).encode("utf-8", "surrogatepass")) if prediction else 0


def _models(target: Target, body: Mapping[str, Any]) -> list[Target]:
    """Every model that may answer, and be billed."""
    names: list[Any] = [body.get("model")]
    listed = [(name, body.get(name)) for name in known.MODELS]
    for name, value in (*listed, *_within(body)):
        if value is not None and (name == "model" or name in known.MODELS):
            names += value if isinstance(value, list) else [value]
    models = []
    for name in names:
        if not isinstance(name, str) or not name:
            raise _Unbounded(f"a model is {name!r}, and not the name of one")
        plain = name.lower()
        if plain.startswith(("openrouter/", "@", "~")) or plain.endswith((":online", ":nitro")) or "@preset" in plain:
            raise _Unbounded(f"{name!r} stands for whichever model or service is chosen then; name one")
        try:
            models.append(target if name == target.name else resolve(f"{target.provider.id}/{name}"))
        except WorkbenchError:
            raise _Unbounded(f"nothing is known of the model {name!r}") from None
    return models


def _check_route(target: Target, body: Mapping[str, Any]) -> None:
    """Raise where a host may answer that asks another price than the one that is known."""
    route = body.get("provider")
    if route is None or target.facts.prices is not None or _most_price(target, body) is not None:
        return
    harmless = {"data_collection", "zdr", "require_parameters", "allow_fallbacks", "ignore", "quantizations"}
    chosen = sorted({*route} - harmless) if isinstance(route, Mapping) else [repr(route)]
    if chosen and not (chosen == ["sort"] and route["sort"] == "price"):
        raise _Unbounded(
            f"provider={{{', '.join(chosen)}}} chooses a host by more than its price; add max_price to it, "
            "in dollars per million tokens"
        )


def _most_price(target: Target, body: Mapping[str, Any]) -> Prices | None:
    """The price per million tokens above which a router is told not to buy."""
    limit = _at(body, ("provider", "max_price"))
    if target.provider.dialect != "openrouter" or not isinstance(limit, Mapping):
        return None
    prices = [_price(limit.get(name)) for name in ("prompt", "completion")]
    if {*limit} - {"prompt", "completion"} or None in prices:
        return None
    return Prices(input=prices[0] or 0.0, output=prices[1] or 0.0)


def _contexts(target: Target, body: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The circumstances of price, of which the dearest counts; raises for a tier without a known price."""
    contexts: list[Mapping[str, str]] = [{}]
    for name in known.TIERS:
        value = body.get(name)
        if value is None or (isinstance(value, str) and value in _STANDARD_TIERS):
            continue
        tiers = ["priority", "fast"] if value == "auto" else [value]
        for tier in tiers:
            if isinstance(tier, str) and target.facts.prices is None and has_variant(target, {name: tier}):
                contexts.append({name: tier})
            elif value != "auto":
                raise _Unbounded(f"the price of {name}={value!r} is not known; leave it out")
    return contexts


def _is_kept_long(body: Mapping[str, Any]) -> bool:
    """Whether a part of the prompt is to be kept in the cache for an hour, which costs more to write."""
    messages = body.get("messages")
    if isinstance(messages, Conversation):
        if messages.holds('"cache_control"'):
            return True
        messages = None
    return '"cache_control"' in json.dumps([messages, body.get("tools"), body.get("cache_control"), [*body]])


def _at(body: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = body
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _count(value: Any) -> int | None:
    """A number of tokens or replies, as a lenient server may read it; None for what sets no limit."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < 1e12:
        return None
    return -int(-value // 1)


def _price(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < float("inf") else None
