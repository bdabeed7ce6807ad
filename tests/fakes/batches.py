"""Providers' batches, faked: OpenAI's files, OpenRouter's one body, Anthropic's messages, Google's uploads.

They are made from what the vendors document and from what their clients read, not from the vendors' own servers. A
batch stands still until it has been looked at `looks` times; what each request comes to is said by a function.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time

from fakes.server import RESET, FakeServer, Response, error_response, json_response

EXPIRED, LOST, GARBLED = "expired", "lost", "garbled"


def answered(text="Nine.", **more):
    """The body of a chat completion."""
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **more}, "finish_reason": "stop"}
    return {"id": "chatcmpl-1", "object": "chat.completion", "model": "served-1", "choices": [choice], "usage": usage}


class Batches(FakeServer):
    """OpenAI's batches. `outcome(body)` is a completion's body, a status with an error, EXPIRED, LOST or GARBLED.

    `drop` makes batches whose answer never arrives; `on_create` is called when one is there and its answer is not.
    """

    def __init__(
        self, outcome=lambda body: answered(), *, looks=2, drop=0, on_create=None, refuse=None, ends="completed"
    ):
        super().__init__()
        self.outcome, self.looks, self.drop, self.on_create = outcome, looks, drop, on_create
        self.refuse, self.ends = refuse, ends
        self.files, self.batches = {}, {}
        self.forgotten = set()
        self.lock = threading.Lock()

    @property
    def bought(self):
        """How many requests all batches together hold: each of them is paid for."""
        return sum(len(batch["lines"]) for batch in self.batches.values())

    async def _response(self, request):
        path = request.path.partition("?")[0]
        if "/batch" in path or "/files" in path:
            return self.reply(request, path)
        return await super()._response(request)

    def reply(self, request, path):
        if request.method == "POST" and path == "/v1/files":
            file = request.body.partition(b'filename="')[2].partition(b"\r\n\r\n")[2]
            return json_response({"id": self.put(file)})
        if found := re.fullmatch(r"/v1/files/([\w-]+)/content", path):
            return Response((self.files[found[1]],), content_type="application/jsonl")
        if request.method == "POST":
            return self.create(request)
        if path == "/v1/batches":
            listed = [self.shown(batch, listed=True) for batch in reversed(self.batches.values())]
            return json_response({"object": "list", "data": listed, "has_more": False})
        batch = self.batches.get(path.rpartition("/")[2])
        if batch is None or batch["id"] in self.forgotten:
            return error_response(404, "no such batch")
        batch["looked"] += 1
        return json_response(self.shown(batch))

    def put(self, content):
        name = f"file-{len(self.files)}"
        self.files[name] = content.partition(b"\r\n--workbench-")[0] if b"\r\n--workbench-" in content else content
        return name

    def create(self, request):
        if self.refuse:
            return self.refuse
        lines = [
            json.loads(line)
            for line in self.files[request.json["input_file_id"].removeprefix("files/")].splitlines()
            if line
        ]
        assert {line["url"] for line in lines} == {request.json["endpoint"]} <= {*self.endpoints}
        assert all(line["method"] == "POST" for line in lines)
        for line in lines:
            assert ("input" in line["body"]) == line["url"].endswith("/responses")
        assert len({line["body"]["model"] for line in lines}) == 1
        assert not any("stream" in line["body"] for line in lines)
        return self.made(request, lines, file=request.json["input_file_id"], metadata=request.json["metadata"])

    def made(self, request, lines, **more):
        with self.lock:
            name = f"batch_{len(self.batches)}"
            batch = {"id": name, "lines": lines, "looked": 0, "created_at": int(time.time()), **more}
            self.batches[name] = batch
        if self.on_create:
            self.on_create(batch)
        if self.drop:
            self.drop -= 1
            return Response((RESET,), framing="raw")
        return json_response(self.shown(batch), status=self.made_status)

    made_status = 200
    endpoints = ("/v1/chat/completions", "/v1/responses")

    def shown(self, batch, *, listed=False):
        ended = batch["looked"] >= self.looks
        total = len(batch["lines"])
        told = {
            "id": batch["id"],
            "object": "batch",
            "created_at": batch["created_at"],
            "metadata": batch.get("metadata"),
        }
        told |= {"status": self.ends if ended else "in_progress" if batch["looked"] > 1 else "validating"}
        told |= {"input_file_id": batch.get("file"), "request_counts": {"total": total, "completed": 0, "failed": 0}}
        if batch["looked"]:
            told["request_counts"]["completed"] = total if ended else min(batch["looked"] - 1, total)
        if ended and self.ends == "failed":
            told["errors"] = {"data": [{"code": "invalid_model", "message": "this model takes no batches", "line": 1}]}
        elif ended:
            told |= self.outputs(batch)
        return told

    def outputs(self, batch):
        if "outputs" not in batch:
            good, bad = [], []
            for line in batch["lines"]:
                self.sort(line, good, bad)
            random.Random(7).shuffle(good)
            batch["outputs"] = {"output_file_id": self.put("\n".join(good).encode()) if good else None}
            batch["outputs"]["error_file_id"] = self.put("\n".join(bad).encode()) if bad else None
        return batch["outputs"]

    def sort(self, line, good, bad):
        came = self.outcome(line["body"])
        told = {"id": f"batch_req_{line['custom_id'][-3:]}", "custom_id": line["custom_id"], "error": None}
        if came == LOST:
            return
        if came == GARBLED:
            good.append('{"id": "batch_req_9", "custom_')
        elif came == EXPIRED:
            error = {"code": "batch_expired", "message": "This request could not be executed before it expired."}
            bad.append(json.dumps({**told, "response": None, "error": error}))
        elif isinstance(came, tuple):
            status, message = came
            body = {"error": {"message": message, "type": "invalid_request_error"}}
            bad.append(json.dumps({**told, "response": {"status_code": status, "request_id": "r", "body": body}}))
        else:
            response = {"status_code": 200, "request_id": "r", "body": came}
            good.append(json.dumps({**told, "response": response}))


class InlineBatches(Batches):
    """OpenRouter's: one body with all requests, whose order matters; results stand in the finished batch."""

    made_status = 202

    def create(self, request):
        if self.refuse:
            return self.refuse
        head = request.body.partition(b'"requests"')[0]
        if b'"model"' not in head or b'"endpoint"' not in head:
            return error_response(400, "endpoint and model must come before requests")
        lines = [
            {"custom_id": one["custom_id"], "body": {**one["body"], "model": request.json["model"]}}
            for one in request.json["requests"]
        ]
        assert not any("model" in one["body"] for one in request.json["requests"])
        assert "metadata" not in request.json
        return self.made(request, lines)

    def shown(self, batch, *, listed=False):
        told = super().shown(batch, listed=listed)
        for name in ("metadata", "input_file_id", "output_file_id", "error_file_id"):
            told.pop(name, None)
        if listed:
            told.pop("results", None)
        return told

    def outputs(self, batch):
        results = []
        for line in batch["lines"]:
            came = self.outcome(line["body"])
            told = {"custom_id": line["custom_id"], "response": None, "error": None}
            if came == LOST:
                continue
            if came == GARBLED:
                told["error"] = {"message": "the provider's line could not be decoded", "type": "undecodable"}
            elif came == EXPIRED:
                told["error"] = {"code": "batch_expired", "message": "expired", "type": "expired"}
            elif isinstance(came, tuple):
                told["error"] = {"code": came[0], "message": came[1], "type": "invalid_request_error"}
            else:
                usage = {**came["usage"], "cost": 0.25}
                told["response"] = {"status_code": 200, "request_id": "r", "body": {**came, "usage": usage}}
            results.append(told)
        return {"results": results}


class MessageBatches(Batches):
    """Anthropic's: messages of its own interface; the counts stand still until all have ended."""

    def reply(self, request, path):
        assert request.headers["anthropic-version"]
        assert request.headers["x-api-key"]
        if path.endswith("/results"):
            batch = self.batches[path.split("/")[-2]]
            return Response(("\n".join(self.results(batch)).encode(),), content_type="application/x-jsonl")
        if request.method == "POST":
            lines = [{"custom_id": one["custom_id"], "body": one["params"]} for one in request.json["requests"]]
            assert all(line["body"]["max_tokens"] >= 1 and "stream" not in line["body"] for line in lines)
            return self.made(request, lines)
        if path.endswith("/batches"):
            return json_response({"data": [self.shown(batch) for batch in reversed(self.batches.values())]})
        batch = self.batches[path.rpartition("/")[2]]
        batch["looked"] += 1
        return json_response(self.shown(batch))

    def shown(self, batch, *, listed=False):
        ended = batch["looked"] >= self.looks
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        counts["succeeded" if ended else "processing"] = len(batch["lines"])
        made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(batch["created_at"]))
        return {
            "id": batch["id"],
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": counts,
            "created_at": made,
            "results_url": "https://elsewhere.example/results" if ended else None,
        }

    def results(self, batch):
        for line in batch["lines"]:
            came = self.outcome(line["body"])
            if came == EXPIRED:
                result = {"type": "expired"}
            elif isinstance(came, tuple):
                error = {"type": "error", "error": {"type": "invalid_request_error", "message": came[1]}}
                result = {"type": "errored", "error": error}
            else:
                result = {"type": "succeeded", "message": came}
            yield json.dumps({"custom_id": line["custom_id"], "result": result})


class JobBatches(Batches):
    """Mistral's: a job holds its requests, is found by its metadata, and at its end holds results or names files."""

    in_files = False

    def reply(self, request, path):
        if found := re.fullmatch(r"/v1/files/([\w-]+)/content", path):
            return Response((self.files[found[1]],))
        if request.method == "POST":
            said = request.json
            assert (said["endpoint"], said["timeout_hours"]) == ("/v1/chat/completions", 24)
            assert not any("model" in one["body"] for one in said["requests"])
            lines = [
                {"custom_id": one["custom_id"], "body": {**one["body"], "model": said["model"]}}
                for one in said["requests"]
            ]
            return self.made(request, lines, metadata=said["metadata"])
        if path.endswith("/batch/jobs"):
            assert "created_after=20" in request.query
            return json_response({"object": "list", "total": len(self.batches), "data": self.page(request.query)})
        batch = self.batches[path.rpartition("/")[2]]
        batch["looked"] += "inline" not in request.query
        return json_response(self.shown(batch, listed="inline" not in request.query))

    def page(self, query):
        listed = [self.shown(batch, listed=True) for batch in self.batches.values()]
        first = 100 * int(re.search(r"page=(\d+)", query)[1])
        return listed[first : first + 100]

    def shown(self, batch, *, listed=True):
        ended = batch["looked"] >= self.looks
        told = {"id": batch["id"], "object": "batch", "metadata": batch.get("metadata"), "outputs": None, "errors": []}
        told |= {
            "status": {"completed": "SUCCESS", "failed": "FAILED"}.get(self.ends, self.ends) if ended else "RUNNING"
        }
        told |= {"total_requests": len(batch["lines"]), "completed_requests": len(batch["lines"]) if ended else 0}
        told |= {"created_at": batch["created_at"], "output_file": None, "error_file": None}
        if ended and self.ends == "failed":
            told["errors"] = [{"message": "this model takes no batches", "count": 1}]
        elif ended and self.in_files:
            told |= {name.removesuffix("_id"): value for name, value in self.outputs(batch).items()}
        elif ended and not listed:
            good, bad = [], []
            for line in batch["lines"]:
                self.sort(line, good, bad)
            told["outputs"] = [json.loads(line) for line in (*good, *bad)]
        return told


class GeminiBatches(Batches):
    """Google's: the batch in OpenAI's words, files through its own interface, at the root of the host."""

    async def _response(self, request):
        path = request.path.partition("?")[0]
        if path.endswith("/upload/v1beta/files"):
            if request.query == "upload_id=7":
                assert request.headers["x-goog-upload-command"] == "upload, finalize"
                return json_response({"file": {"name": f"files/{self.put(request.body)}"}})
            assert request.headers["x-goog-upload-command"] == "start"
            assert int(request.headers["x-goog-upload-header-content-length"]) > 0
            place = self.base_url.removesuffix("/v1") + "/upload/v1beta/files?upload_id=7"
            return json_response({}, headers={"X-Goog-Upload-URL": place})
        if found := re.fullmatch(r"/download/v1beta/([\w-]+):download", path):
            return Response((self.files[found[1]],))
        return await super()._response(request)
