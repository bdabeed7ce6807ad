"""Hosts of the Responses API as they take a turn back: each refuses what the real one refuses, or forgets silently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.server import FakeServer, Received, Response, error_response
from fakes.wordings.output_items import Item, called, items_reply, said, thought

TURNS = 3


@dataclass(frozen=True)
class Host:
    """A host: its dialect, the items of one of its turns, and what is wrong with items that come back."""

    dialect: str
    turn: Callable[[int], list[Item]]
    fault: Callable[[list[Item]], str | None]


def own(items: list[Item]) -> list[Item]:
    """The items that are the model's own: what the host wrote, without what it was asked and told."""
    return [item for item in items if item.get("type") != "function_call_output" and item.get("role") != "user"]


def _bare(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in ("status", "id")}


def unpaired(items: list[Item]) -> str | None:
    """Every call has one output behind it, and every output a call before it that waits for one."""
    waiting: list[str] = []
    for item in items:
        if item.get("type") == "function_call":
            waiting.append(item["call_id"])
        elif item.get("type") == "function_call_output":
            if item["call_id"] not in waiting:
                return f"No tool call found for function call output with call_id {item['call_id']}."
            waiting.remove(item["call_id"])
    return f"No tool output found for function call {waiting[0]}." if waiting else None


def _sealed(turn: Callable[[int], list[Item]]) -> Callable[[list[Item]], str | None]:
    """Items in pairs and in order, sealed thinking as it was at its end; a phase that is lost is a fault, too."""

    def fault(items: list[Item]) -> str | None:
        mine = own(items)
        for item, following in zip(mine, [*mine[1:], {}], strict=True):
            if item["type"] == "reasoning" and following.get("type") not in ("message", "function_call"):
                return f"Item '{item['id']}' of type 'reasoning' was provided without its required following item."
        written = [item for number in range(TURNS) for item in turn(number)][: len(mine)]
        for item, wrote in zip(mine, written, strict=True):
            if item.get("encrypted_content") != wrote.get("encrypted_content"):
                return "The encrypted content could not be verified"
            if _bare(item) != _bare(wrote) or item.get("id", wrote["id"]) != wrote["id"]:
                return f"{item} is not {wrote}"
        return None

    return fault


def _side_by_side(turn: Callable[[int], list[Item]]) -> Callable[[list[Item]], str | None]:
    """Calls of a turn next to each other, with nothing of the assistant's between them and their outputs."""

    def fault(items: list[Item]) -> str | None:
        kinds = "".join(
            {"reasoning": "r", "message": "m", "function_call": "c"}.get(item["type"], "") for item in own(items)
        )
        if "cmc" in kinds or "crc" in kinds.replace("ccr", "r"):
            return "an assistant item stands between two calls"
        texts = [item["content"][0]["text"] for item in own(items) if item["type"] == "reasoning"]
        written = [item["content"][0]["text"] for number in range(TURNS) for item in turn(number)[:1]]
        return None if texts == written[: len(texts)] and texts else "the thinking is gone"

    return fault


def _openai(number: int) -> list[Item]:
    return [
        thought("**Weighing**", sealed=f"c2VhbGVk{number}", number=number),
        said(f"I weigh load {number}.", phase="commentary", number=number),
        called("weigh", f'{{"load": {number}}}', number=2 * number),
        called("weigh", f'{{"load": {number + 10}}}', number=2 * number + 1),
    ]


def _again(number: int) -> list[Item]:
    """Ids of calls that begin anew in each turn."""
    return [thought(sealed=f"bm94{number}", number=number), called("weigh", f'{{"load": {number}}}', number=0)]


def _xai(number: int) -> list[Item]:
    item = called("weigh", f'{{"load": {number}}}', number=number)
    return [
        thought(f"Load {number} is next.", sealed=f"eGFp{number}", number=number),
        {**item, "call_id": f"call-{number}-0"},
    ]


def _deepseek(number: int) -> list[Item]:
    calls = [called("weigh", f'{{"load": {number + ten}}}', number=number + ten) for ten in (0, 10)]
    return [thought(own=f"Load {number}, and {number + 10}.", sealed=None, number=number), *calls]


HOSTS = {
    "openai": Host("openai", _openai, _sealed(_openai)),
    "bedrock, call ids again": Host("openai", _again, _sealed(_again)),
    "xai": Host("xai", _xai, _sealed(_xai)),
    "deepseek": Host("deepseek", _deepseek, _side_by_side(_deepseek)),
}


def serving_items(host: Host) -> FakeServer:
    """A server that calls in three turns, then answers; what its host refuses it refuses, too."""

    def answer(request: Received) -> Response:
        body = request.json
        if body.get("store") is not False or "previous_response_id" in body:
            return error_response(400, "this host keeps nothing")
        items = body["input"]
        fault = unpaired(items) or (host.fault(items) if own(items) else None)
        if fault:
            return error_response(400, fault)
        done = sum(item.get("type") == "reasoning" for item in items)
        told = host.turn(done) if done < TURNS else [said("3 kg", phase="final_answer", number=9)]
        return items_reply(told, size=7)(request)

    return FakeServer(answer)
