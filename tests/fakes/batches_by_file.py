"""Batches of uploaded files in other words than OpenAI's, faked: xAI's counts and pages, Together's uploads elsewhere.

They are made from the vendors' clients and documentation, not from the vendors' own servers.
"""

from __future__ import annotations

import json
import re
import time
import urllib.parse

from fakes.batches import LOST, Batches
from fakes.server import Response, json_response


class CountedBatches(Batches):
    """xAI's: a batch tells counts and no state, its day and no time; its results lie in pages of two."""

    cancelled_for = ""

    def reply(self, request, path):
        if path.endswith("/results"):
            batch = self.batches[path.split("/")[-2]]
            token = urllib.parse.parse_qs(request.query).get("pagination_token", ["0+/="])[0]
            assert token.endswith("+/="), f"the token came as {token!r}: a page that was already read comes again"
            first = int(token.removesuffix("+/="))
            results = [] if self.cancelled_for else [*self.results(batch)]
            told = {"results": results[first : first + 2]}
            return json_response({**told, **({"pagination_token": f"{first + 2}+/="} if results[first + 2 :] else {})})
        if request.method == "GET" and path == "/v1/batches":
            assert "limit=" in request.query
            return json_response({"batches": [self.shown(batch) for batch in self.batches.values()]})
        return super().reply(request, path)

    def create(self, request):
        if self.refuse:
            return self.refuse
        assert {*request.json} == {"name", "input_file_id"}
        lines = [json.loads(line) for line in self.files[request.json["input_file_id"]].splitlines()]
        assert all((line["method"], line["url"]) == ("POST", "/v1/chat/completions") for line in lines)
        return self.made(request, lines, file=request.json["input_file_id"], name=request.json["name"])

    def shown(self, batch, *, listed=False):
        total = len(batch["lines"])
        ended = batch["looked"] >= self.looks
        told = {"batch_id": batch["id"], "name": batch.get("name"), "input_file_id": batch.get("file")}
        told |= {"create_time": time.strftime("%Y-%m-%d", time.gmtime()), "expire_time": "2099-01-01"}
        if ended and self.cancelled_for:
            told |= {"cancel_time": "2026-11-29", "cancel_by_xai_message": self.cancelled_for, "state": {}}
        elif batch["looked"] > 1 or ended:
            pending = 0 if ended else total
            told["state"] = {"num_requests": total, "num_pending": pending, "num_success": total - pending}
        return told

    def results(self, batch):
        for line in batch["lines"]:
            came = self.outcome(line["body"])
            if came == LOST:
                continue
            if isinstance(came, tuple):
                result = {"error": {"code": came[0], "message": came[1]}}
            else:
                result = {"response": {"chat_get_completion": came}}
            yield {"batch_request_id": line["custom_id"], "batch_result": result}


class ElsewhereBatches(Batches):
    """Together's: a form is answered with the address where the file is wanted, and with the file's id; states cry."""

    wanted = None

    async def _response(self, request):
        if "/storage/" in request.path:
            assert "authorization" not in request.headers
            name = request.path.rpartition("/")[2]
            if request.method == "GET":
                return Response((self.files[name],), content_type="application/jsonl")
            self.files[name] = request.body
            return json_response({})
        return await super()._response(request)

    def reply(self, request, path):
        elsewhere = self.base_url.removesuffix("/v1") + "/storage/"
        if request.method == "POST" and path == "/v1/files":
            for said in (b"batch-api", b"jsonl", b"checksum"):
                assert said in request.body
            if self.wanted:  # the answer to an earlier try was lost
                return json_response({"file_id": self.wanted}, status=409)
            name = f"file-{len(self.files)}"
            self.files[name] = b""
            headers = {"Location": elsewhere + name, "X-Together-File-Id": name}
            return json_response({}, status=302, headers=headers)
        if path.endswith("/preprocess"):
            return json_response({"id": path.split("/")[-2], "object": "file"})
        if found := re.fullmatch(r"/v1/files/([\w-]+)/content", path):
            return json_response({}, status=302, headers={"Location": elsewhere + found[1]})
        if request.method == "GET" and path == "/v1/batches":
            return json_response([self.shown(batch) for batch in self.batches.values()])
        return super().reply(request, path)

    def create(self, request):
        if self.refuse:
            return self.refuse
        lines = [json.loads(line) for line in self.files[request.json["input_file_id"]].splitlines()]
        assert all({*line} == {"custom_id", "body"} for line in lines)
        assert request.json["endpoint"] == "/v1/chat/completions"
        response = self.made(request, lines, file=request.json["input_file_id"])
        (batch,) = [*self.batches.values()][-1:]
        return json_response({"job": self.shown(batch), "warning": None}) if response.framing != "raw" else response

    def shown(self, batch, *, listed=False):
        told = super().shown(batch)
        counts = told.pop("request_counts")
        told.pop("metadata")
        errors = told.pop("errors", None)
        error = {"error": errors["data"][0]["message"]} if errors else {}
        progress = 100.0 * counts["completed"] / counts["total"]
        return {**told, **error, "status": told["status"].upper(), "progress": progress}
