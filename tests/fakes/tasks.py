"""inference.sh's tasks, faked as version 0.36 of its SDK expects them: run, stream, fetch, list, cost, cancel.

Made from the vendor's pages and from what the SDK sends and reads; `tests/asking/wire/test_tasks.py` says how the SDK
itself was run against it.
"""

from __future__ import annotations

import json
import re
import time

from fakes.server import RESET, FakeServer, Pause, Response, json_response

QUEUED, RUNNING, COMPLETED, FAILED, CANCELLED, REJECTED = 2, 7, 10, 11, 12, 13


def output(response="Nine.", reasoning="4 and 5.", **more):
    usage = {"stop_reason": "end_turn", "prompt_tokens": 12, "completion_tokens": 8, "total_tokens": 20}
    usage |= {"cached_tokens": 4, "cache_write_tokens": 0, "reasoning_tokens": 5}
    return {"response": response, "reasoning": reasoning, "tool_calls": None, "usage": usage, **more}


class Tasks(FakeServer):
    """Apps that answer `output` in the words of `deltas`; every task that was begun is one that is paid for.

    `drop` loses the answers of so many runs, `cuts` breaks so many streams off, `ends` is the last state, `error` its
    reason; `on_run` is called when a task is there and its answer is not; `hold` keeps streams open and silent.
    """

    def __init__(self, output=None, *, deltas=None, drop=0, cuts=0, ends=COMPLETED, error="", on_run=None, refuse=None):
        super().__init__()
        self.output = globals()["output"]() if output is None else output
        self.deltas = deltas
        self.drop, self.cuts, self.ends, self.error, self.on_run, self.refuse = drop, cuts, ends, error, on_run, refuse
        self.hold, self.marks_listed, self.charged = False, True, 50_000
        self.tasks, self.others = {}, []
        self.asked_for_cost = 0
        self.streams = 0

    async def _response(self, request):
        path = request.path.partition("?")[0].removeprefix("/v1")
        if request.method == "POST" and path in ("/apps/run", "/run"):
            return self.begin(request)
        if request.method == "POST" and path.endswith("/cancel"):
            self.tasks[path.split("/")[2]]["status"] = CANCELLED
            return wrapped({"id": path.split("/")[2], "status": CANCELLED, "cancelled": True})
        if path == "/tasks":
            listed = [*self.others, *(self.slim(task) for task in reversed(self.tasks.values()))]
            first = int(re.search(r"cursor=(\d+)", request.query)[1]) if "cursor=" in request.query else 0
            page, rest = listed[first : first + 100], listed[first + 100 :]
            told = {"next_cursor": str(first + 100) if rest else "", "has_next": bool(rest), "total_items": len(listed)}
            return wrapped({"items": page, **told})
        if found := re.fullmatch(r"/usage/tasks/([\w-]+)/cost", path):
            self.asked_for_cost += 1
            if self.asked_for_cost == 1:
                return problem(404, "not_found", "not billed yet")
            return wrapped({"total": self.charged, "charged": self.charged})
        if found := re.fullmatch(r"/tasks/([\w-]+)(/stream)?", path):
            if found[1] not in self.tasks:
                return problem(404, "not_found", "no such task")
            task = self.tasks[found[1]]
            if found[2]:
                assert request.headers["accept"] == "application/x-ndjson"
                return self.stream(task)
            return wrapped(self.slim(task))
        return await super()._response(request)

    def begin(self, request):
        if self.refuse:
            return self.refuse
        run = request.json
        assert set(run) >= {"app", "input"}
        if wrong := mistake_in(run["input"]):
            return problem(422, "validation_error", wrong)
        number = len(self.tasks)
        made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        task = {"id": f"task{number}", "short_id": f"t{number}", "status": QUEUED, "app": run["app"], "output": None}
        task |= {"input": run["input"], "error": "", "created_at": made, "metadata": run.get("metadata")}
        task |= {"webhook": run.get("webhook"), "app_version_short_id": "v7"}
        self.tasks[task["id"]] = task
        if self.on_run:
            self.on_run(task)
        if self.drop:
            self.drop -= 1
            return Response((RESET,), framing="raw")
        return wrapped(self.slim(task))

    def slim(self, task):
        hidden = () if self.marks_listed else ("metadata",)
        return {name: value for name, value in task.items() if name not in hidden}

    def end(self, task):
        task |= {"status": self.ends, "error": self.error}
        if self.ends == COMPLETED:
            task["output"] = self.output

    def stream(self, task):
        self.streams += 1
        events = [self.slim(task), {"type": "heartbeat"}]
        if self.hold:
            return self.lines([*events, Pause(30)])
        events.append({"data": {"status": RUNNING}, "fields": ["status"]})
        for number, delta in enumerate(self.deltas or self.usual_deltas()):
            told = {"delta": delta, "seq": number, "resource_id": task["id"]}
            events.append({"event": "delta", "data": told})
        if self.streams <= self.cuts:
            return self.lines([*events[:4], RESET])
        self.end(task)
        return self.lines([*events, self.slim(task)])

    def usual_deltas(self):
        thinking, answer = self.output.get("reasoning") or "", self.output.get("response") or ""
        return [{"reasoning": thinking[:3]}, {"reasoning": thinking[3:]}, {"response": answer}]

    def lines(self, events):
        pieces = [
            json.dumps(event, ensure_ascii=False).encode() + b"\n" if isinstance(event, dict) else event
            for event in events
        ]
        return Response(tuple(pieces), content_type="application/x-ndjson; charset=utf-8", framing="chunked")


def mistake_in(said):
    """What the SDK's own model of an app's input refuses; empty where it takes it."""
    kinds = {"context_size": int, "max_tokens": int, "seed": int, "stop": list, "tool_choice": dict, "text": str}
    for name, kind in kinds.items():
        if name in said and not isinstance(said[name], kind):
            return f"{name}: Input should be a valid {kind.__name__}"
    for name in ("temperature", "top_p"):
        if not 0 <= said.get(name, 0.5) <= 1:
            return f"{name}: Input should be between 0 and 1"
    if said.get("reasoning_effort", "none") not in ("none", "low", "medium", "high"):
        return "reasoning_effort: Input should be 'none', 'low', 'medium' or 'high'"
    if said.get("tool_choice", {}).get("mode", "auto") not in ("auto", "none", "required", "function"):
        return "tool_choice.mode: no such mode"
    return ""


def wrapped(data):
    return json_response({"data": data, "messages": []})


def problem(status, code, detail, **more):
    told = {"type": f"https://inference.sh/errors/{code}", "title": code, "status": status, "detail": detail, **more}
    return json_response(told, status=status, headers=more.pop("headers", {}))
