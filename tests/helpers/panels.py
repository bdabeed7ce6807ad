"""The prompt lab as its widgets tell the kernel what was clicked and typed."""

import time

import workbench as wb
from workbench.tasks.tasks import load_tasks
from workbench.widgets.lab.state import state_for

LOCAL = "local/smollm2-135m-instruct"


TASKS = [
    {"id": "sum", "question": "What is 2 + 3?", "target": "5", "kind": "sum"},
    {"id": "town", "question": "What is the capital of France?", "target": "Paris", "kind": "capital"},
]


def state(*models, prompts=None):
    return state_for(load_tasks(TASKS), models or (LOCAL,), prompts=prompts)


def reply_to(text, task):
    """A reply as the store gives it."""
    from workbench.replies.reading import Reading
    from workbench.replies.reply import reply_from

    body = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "usage": {}}
    request = {"model_id": LOCAL, "body": {"max_tokens": 16}, "sample": 0}
    numbers = dict.fromkeys(("seconds_to_first_token", "seconds_to_answer", "request_id", "usd"))
    record = {
        "version": 1,
        "streamed": True,
        "key": "k",
        "request": request,
        "response": body,
        "seconds": 0.1,
        "attempts": 1,
        "status": 200,
    }
    return reply_from({**record, **numbers, "usd_source": "unknown", "created_at": "2026-01-01"}, Reading())


HEARD = b'data: {"choices": [{"index": 0, "delta": {"reasoning_content": "I heard"}}]}\n\n'


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def settled(lab):
    """Wait until the last run has ended and the panel says so."""
    deadline = time.monotonic() + 20
    while lab._runner._future is None or not lab._runner._future.done() or lab.run_button.disabled:
        assert time.monotonic() < deadline, lab._message.value
        time.sleep(0.02)
    return lab


def until(fact, lab=None):
    deadline = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < deadline, lab and (lab._message.value, lab.plan.value, lab._runner._future)
        time.sleep(0.02)


def panel(**options):
    return wb.prompt_lab(TASKS, ["fake/kimi-x"], **options)
