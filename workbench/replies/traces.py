"""The steps of a loop of tool calls as cards that open: thought, calls, results, tokens and dollars; and two of them.

Like the card of a reply it takes plain values, is HTML of our own making, and needs no script.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from workbench.show import figures
from workbench.show.markdown import model_markdown, visible

LONGEST_TEXT: Final = 20_000
"""Characters of one thought, call or result on a page; the row has all of it."""

_PRINTED_CHARACTERS: Final = 300
_PRINTED_LINES: Final = 6
"""Of one of them on paper, where a loop of sixty steps would else take forty pages."""

_SUMMARY_CHARACTERS: Final = 90
_BAD: Final = ("unknown tool", "no JSON", "does not fit", "raised", "timed out", "not run")

Steps = Sequence[Mapping[str, Any]]


def trace_html(
    name: str, steps: Steps, *, foot: str = "", search: str = "", opened: frozenset[int] = frozenset()
) -> Markup:
    """One loop, its steps folded; those that hold the text `search`, or are `opened`, are open, and its places marked.

    >>> step = {"step": 1, "calls": [{"name": "look", "arguments": '{"at": "<i>"}', "result": "dark"}]}
    >>> shown = trace_html("m", [step], search="DARK")
    >>> "<details open" in shown, "<mark>dark</mark>" in shown, "<i>" in shown
    (True, True, False)
    """
    head = Markup('<div class="wb-name">{}</div>').format(visible(name)) if name else Markup()
    lines = [_step(step, search, place in opened) for place, step in enumerate(steps, 1)]
    return Markup('<div class="wb-card wb-trace mathjax_ignore">{}<div class="wb-quiet">{}</div>{}</div>').format(
        head, visible(foot), Markup().join(lines)
    )


def pair_of_traces(
    names: Sequence[str],
    traces: Sequence[Steps],
    *,
    parts_at: int | None,
    what: str = "",
    foots: Sequence[str],
    search: str = "",
) -> Markup:
    """Two loops beside each other, step by step; `parts_at` is the step at which they part, open and marked."""
    heads = [
        Markup('<div><div class="wb-name">{}</div><div class="wb-quiet">{}</div></div>').format(
            visible(name), visible(foot)
        )
        for name, foot in zip(names, foots, strict=True)
    ]
    said = f"they part at step {parts_at}, in the {what}" if parts_at else "they are the same to the end"
    rows = [
        Markup('<div class="wb-two">{}{}</div>').format(*heads),
        Markup('<div class="wb-state">{}</div>').format(said),
    ]
    for place in range(1, max(map(len, traces), default=0) + 1):
        sides = [
            _step(trace[place - 1], search, place == parts_at)
            if place <= len(trace)
            else Markup('<div class="wb-quiet">it has ended</div>')
            for trace in traces
        ]
        css = "wb-two wb-parts" if place == parts_at else "wb-two"
        rows.append(Markup('<div class="{}"><div>{}</div><div>{}</div></div>').format(css, *sides))
    return Markup('<div class="wb-card wb-trace mathjax_ignore">{}</div>').format(Markup().join(rows))


def _step(step: Mapping[str, Any], search: str, opened: bool) -> Markup:
    calls = step.get("calls") or []
    body = [
        _text("thought", step.get("thinking"), search, "wb-grey"),
        *(_call(call, search) for call in calls),
        _answer(step, search),
        Markup('<div class="wb-odd">{}</div>').format(visible(str(step["note"]))) if step.get("note") else Markup(),
        Markup('<div class="wb-quiet">{}</div>').format(_took(step)),
    ]
    found = bool(search) and search.lower() in json.dumps(step, ensure_ascii=False).lower()
    return Markup("<details{}><summary><b>{}</b> {}{}</summary>{}</details>").format(
        Markup(" open") if opened or found else "",
        step.get("step", ""),
        _beginning(_summary(step)),
        _flags(calls),
        Markup().join(body),
    )


def _summary(step: Mapping[str, Any]) -> str:
    calls = step.get("calls") or []
    if calls:
        return "; ".join(f"{call.get('name')}({_short(call.get('arguments'))})" for call in calls)
    return str(step.get("answer") or step.get("note") or "nothing")


def _short(arguments: Any) -> str:
    """Arguments as a person would write them in a line."""
    try:
        given = json.loads(arguments or "{}")
    except (ValueError, TypeError, RecursionError):
        return str(arguments)
    if not isinstance(given, dict):
        return str(arguments)
    return ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in given.items())


def _beginning(text: str) -> str:
    return visible(figures.beginning(" ".join(text.split()), _SUMMARY_CHARACTERS))


def _flags(calls: Sequence[Mapping[str, Any]]) -> Markup:
    problems = [str(call["problem"]) for call in calls if call.get("problem") in _BAD]
    problems += [f"again, {call['again'] + 1} times by now" for call in calls if call.get("again")]
    told = [Markup(' <span class="wb-bad">{}</span>').format(visible(text)) for text in dict.fromkeys(problems)]
    return Markup().join(told)


def _call(call: Mapping[str, Any], search: str) -> Markup:
    head = f"{call.get('name')}({_short(call.get('arguments'))})"
    told = [f"{call['seconds']:.2f} s"] if call.get("seconds") else []
    told += ["kept"] if call.get("kept") else []
    css = "wb-bad" if call.get("problem") else "wb-result"
    return Markup('<div class="wb-call"><code>{}</code> <span class="wb-quiet">{}</span>{}</div>').format(
        _marked(head, search), " · ".join(told), _text("", call.get("result"), search, css)
    )


def _answer(step: Mapping[str, Any], search: str) -> Markup:
    answer = str(step.get("answer") or "")
    if not answer:
        return Markup()
    if search:
        return _text("", answer, search, "")
    # model_markdown is built of cleaned and escaped parts; nothing else of the model goes in unescaped.
    return Markup('<div class="wb-answer">{}</div>').format(Markup(model_markdown(answer[:LONGEST_TEXT])))


def _text(head: str, text: Any, search: str, css: str) -> Markup:
    if not text:
        return Markup()
    label = Markup('<span class="wb-quiet">{}</span>').format(head) if head else Markup()
    whole = str(text)
    begun, printed = "\n".join(whole[:_PRINTED_CHARACTERS].splitlines()[:_PRINTED_LINES]), Markup()
    if len(begun) < len(whole.rstrip()):
        brief = f"{begun}\n[… {len(whole) - len(begun):,} characters more are not printed]"
        printed = Markup('<pre class="wb-text wb-printed {}" hidden>{}</pre>').format(css, visible(brief))
        css += " wb-on-screen"
    return Markup('{}<pre class="wb-text {}">{}</pre>{}').format(label, css, _marked(_cut(whole), search), printed)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}\n[… {len(text) - LONGEST_TEXT:,} characters more in the row]"


def _marked(text: str, search: str) -> Markup:
    """The text made visible, with each place marked that holds what is searched for."""
    text = visible(text)
    found, wanted = text.lower(), search.lower()
    if not wanted or len(found) != len(text):  # letters whose small form is longer would move the places
        return Markup("{}").format(text)
    parts, begin = [], 0
    while (place := found.find(wanted, begin)) >= 0:
        end = place + len(wanted)
        parts += [Markup("{}").format(text[begin:place]), Markup("<mark>{}</mark>").format(text[place:end])]
        begin = end
    return Markup().join([*parts, Markup("{}").format(text[begin:])])


def _took(step: Mapping[str, Any]) -> str:
    parts = []
    if (prompt := step.get("prompt_tokens")) is not None:
        cached = step.get("cached_prompt_tokens")
        parts.append(f"{prompt:,} tokens in{f', {cached:,} of them cached' if cached else ''}")
    if (written := step.get("completion_tokens")) is not None:
        thought = step.get("thinking_tokens")
        parts.append(f"{written:,} out{f', {thought:,} of them thinking' if thought else ''}")
    if step.get("usd") is not None:
        parts.append(figures.spent(step["usd"]))
    if step.get("seconds") is not None:
        parts.append(f"{step['seconds']:.1f} s")
    parts += ["kept"] if step.get("kept") else []
    return " · ".join(parts)
