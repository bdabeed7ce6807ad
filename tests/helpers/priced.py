"""Usage as providers send it, and what it costs."""

from workbench.asking.money import cost_of
from workbench.providers.models import resolve
from workbench.replies.usage import read_usage


def usage(prompt, completion, total=None, thinking=None, **more):
    raw = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total or prompt + completion}
    return {
        **raw,
        **({"completion_tokens_details": {"reasoning_tokens": thinking}} if thinking is not None else {}),
        **more,
    }


def cost(model, raw, served=None):
    return cost_of(resolve(model), read_usage(raw, thinking="", answer=""), raw, served_model=served)
