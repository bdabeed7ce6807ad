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
    deadline = time.monotonic() + 120
    while lab._runner._future is None or not lab._runner._future.done() or lab.controls.run.disabled:
        assert time.monotonic() < deadline, lab.controls.message.value
        time.sleep(0.02)
    return lab


def until(fact, lab=None):
    deadline = time.monotonic() + 120
    while not fact():
        assert time.monotonic() < deadline, lab and (
            lab.controls.message.value,
            lab.controls.plan.value,
            lab._runner._future,
        )
        time.sleep(0.02)


def panel(**options):
    return wb.prompt_lab(TASKS, ["fake/kimi-x"], **options)


def model_fields(lab, place=0):
    """The fields in the line of a model: its tick, a label, its cap, a label, its temperature, the button for more."""
    return lab.controls.model_form.lines.children[place].children[0].children


def user_of(lab, place=0):
    """The field of a variant's user part."""
    return lab.controls.variant_form.tabs.children[place].children[4]
