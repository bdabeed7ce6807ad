"""One reply as a task of inference.sh: begun once, followed while it goes on, and fetched where it was begun before."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.parse
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

from workbench.asking.wire.clients import IDLE_TIMEOUT_SECONDS, blocks_of, headers_of, read_bounded, send, wire_request
from workbench.asking.wire.failures import status_error
from workbench.asking.wire.parsing import parse_json
from workbench.asking.wire.sending import Exchange, Sending
from workbench.asking.wire.streams import check_body
from workbench.asking.wire.task_shapes import MARK, USD_PER_MICROCENT, Following, run_of
from workbench.cache.task_journal import Begun, TaskNote
from workbench.errors import BadResponse, CallError, NotFound, OutcomeUnknown, ServerBusy
from workbench.providers.addresses import tell_waiting
from workbench.replies.pieces import Piece

MOST_ANSWER_BYTES: Final = 2**26
SECONDS_OF_HEARTBEATS: Final = 30.0
"""After so long without any other event the task itself is looked at: streams have missed their end."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0
LOOKS_FOR_A_COST: Final = 3
MOST_PAGES: Final = 20
SECONDS_OF_CLOCKS: Final = 300.0


class TaskSending(Sending):
    """One task under way, or one that an earlier process began."""

    async def run(self) -> Exchange:
        note = self.request.task
        assert note is not None
        self.started = time.monotonic()
        self._following = Following()
        task_id = await self._task_id(note)
        try:
            await self._follow(task_id, note)
        finally:
            tell_waiting(note.model_id, "")
        try:
            body = self._following.whole(await self._cost(task_id))
        except CallError:
            note.end()  # it has ended, and asked again it is begun anew
            raise
        self._tell_final(body)
        check_body(body)
        return Exchange(
            body=body,
            status=200,
            request_id=task_id,
            streamed=True,
            seconds=time.monotonic() - self.started,
            seconds_to_first_token=self._seconds(self.first_token_at),
            seconds_to_answer=self._seconds(self.answer_at),
        )

    def partial(self) -> str:
        following = getattr(self, "_following", None)
        return following.thinking + following.answer if following else ""

    async def _task_id(self, note: TaskNote) -> str:
        begun = note.begun()
        if begun is not None and begun.task_id:
            self._taken_up()
            return begun.task_id
        asked = run_of(self.request.body, begun.mark if begun else "")
        if begun is not None:
            self._taken_up()
            found = await self._found(begun, asked)
            if found:
                note.known(begun, found)
                return found
        begun = begun or note.begin()
        asked["metadata"] = {MARK: begun.mark}
        try:
            told = await self._json("POST", "/apps/run?wait=false", json.dumps(asked).encode("ascii"))
        except CallError as error:
            if not isinstance(error, OutcomeUnknown | ServerBusy):
                note.end()  # it was refused
            raise
        task_id = told.get("id")
        if not isinstance(task_id, str) or not task_id:
            raise BadResponse("the answer to a new task has no id")
        note.known(begun, task_id)
        return task_id

    def _taken_up(self) -> None:
        """What is fetched was bought, though not by this request."""
        self.posted = True
        if self.turn:
            self.turn.connected()

    async def _found(self, begun: Begun, asked: Mapping[str, Any]) -> str:
        """The task whose beginning was not answered, by our mark or by what it was asked; empty where there is none."""
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await self._json("GET", f"/tasks?limit=100{f'&cursor={cursor}' if cursor else ''}")
            listed = page.get("items")
            for task in listed if isinstance(listed, list) else []:
                if not isinstance(task, Mapping) or not isinstance(task.get("id"), str):
                    continue
                marks = task.get("metadata")
                if isinstance(marks, Mapping) and marks.get(MARK):
                    if marks[MARK] == begun.mark:
                        return str(task["id"])
                elif task.get("input") == asked["input"] and _made(task) >= begun.began_at - SECONDS_OF_CLOCKS:
                    return str(task["id"])
            last = listed[-1] if isinstance(listed, list) and listed and isinstance(listed[-1], Mapping) else {}
            cursor = urllib.parse.quote(str(page.get("next_cursor") or ""), safe="")
            older = _made(last) < begun.began_at - SECONDS_OF_CLOCKS
            if older or not cursor or not page.get("has_next"):
                return ""
        return ""

    async def _follow(self, task_id: str, note: TaskNote) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            if self.listen and (self._following.thinking or self._following.answer):
                self.listen(None)  # a stream begins with what the broken one began with
            self._following.thinking = self._following.answer = ""
            try:
                async for event in self._events(task_id):
                    self._note(self._following.take(event))
                    tell_waiting(note.model_id, f"the task is {self._following.state.replace('_', ' ')}")
                    if self._following.ended:
                        return
            except NotFound:
                note.end()
                raise
            except (CallError, asyncio.CancelledError):
                raise
            except Exception:  # noqa: BLE001 - a stream that breaks off ends nothing: the task is looked at
                pass
            self._following.take(await self._json("GET", f"/tasks/{task_id}"))
            if self._following.ended:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _events(self, task_id: str) -> AsyncIterator[Any]:
        response = await self._sent("GET", f"/tasks/{task_id}/stream", accept="application/x-ndjson")
        try:
            if response.status >= 300:
                raise await self._refused(response)
            heard, rest = time.monotonic(), b""
            async for block in blocks_of(response):
                lines = (rest + block).split(b"\n")
                rest = lines.pop()
                if len(rest) > MOST_ANSWER_BYTES:
                    raise BadResponse("a line of the stream has no end")
                for line in lines:
                    event = _event(line)
                    if isinstance(event, Mapping) and event.get("type") == "heartbeat":
                        if time.monotonic() - heard > SECONDS_OF_HEARTBEATS:
                            return
                    elif event is not None:
                        heard = time.monotonic()
                        yield event
            if rest.strip():
                yield _event(rest)
        finally:
            response.release()

    async def _cost(self, task_id: str) -> float | None:
        """What it cost, in dollars; None where that is not told soon after its end."""
        for look in range(LOOKS_FOR_A_COST):
            if look:
                await asyncio.sleep(FIRST_PAUSE_SECONDS)
            try:
                told = await self._json("GET", f"/usage/tasks/{task_id}/cost")
            except NotFound:
                continue
            except CallError:
                return None
            charged = told.get("charged", told.get("total"))
            if isinstance(charged, int | float) and not isinstance(charged, bool) and charged >= 0:
                return round(charged * USD_PER_MICROCENT, 12)
        return None

    def _tell_final(self, body: Mapping[str, Any]) -> None:
        """Let whoever listens have what the task ended with, where its stream told anything else."""
        message = body["choices"][0]["message"]
        thinking, answer = str(message.get("reasoning") or ""), str(message.get("content") or "")
        following = self._following
        if (following.thinking, following.answer) == (thinking, answer):
            return
        if self.listen and (following.thinking or following.answer):
            self.listen(None)
        pieces = [("thinking", thinking), ("answer", answer)]
        self._note([Piece(kind, text) for kind, text in pieces if text])  # type: ignore[arg-type]

    async def _json(self, method: str, path: str, content: bytes = b"") -> dict[str, Any]:
        response = await self._sent(method, path, content)
        try:
            if response.status >= 300:
                raise await self._refused(response)
            told = parse_json(await read_bounded(response, MOST_ANSWER_BYTES))
        except ValueError:
            raise BadResponse("the answer is not JSON") from None
        finally:
            response.release()
        inner = told.get("data") if isinstance(told, dict) and isinstance(told.get("data"), dict) else told
        if not isinstance(inner, dict):
            raise BadResponse("the answer is no JSON object")
        return inner

    async def _sent(self, method: str, path: str, content: bytes = b"", accept: str = "") -> Any:
        request = wire_request(method, self.address, path, content, self._post if content else None)
        if accept:
            request.headers["Accept"] = accept
        request.seconds_of_silence = min(IDLE_TIMEOUT_SECONDS, self.request.patience.seconds)
        response = await send(request)
        if content:
            self._take_headers(response)
        return response

    async def _refused(self, response: Any) -> CallError:
        """The error of a refusal, with what an app lacks where it says so."""
        body = await read_bounded(response, MOST_ANSWER_BYTES)
        try:
            told = parse_json(body)
        except ValueError:
            told = body.decode("utf-8", "replace")[:500]
        lacking = told.get("errors") if isinstance(told, Mapping) else None
        if response.status == 412 and isinstance(lacking, list):
            words = "; ".join(str(one.get("message", one)) for one in lacking if isinstance(one, Mapping))
            told = {"message": f"the app lacks what it needs: {words}"}
        return status_error(response.status, headers_of(response), told)


def _event(line: bytes) -> Any:
    """The event of a line; None for one that is none: the task itself tells what it missed."""
    try:
        return parse_json(line.strip()) if line.strip() else None
    except ValueError:
        return None


def _made(task: Mapping[str, Any]) -> float:
    try:
        return datetime.fromisoformat(str(task.get("created_at"))).timestamp()
    except ValueError:
        return 0.0
