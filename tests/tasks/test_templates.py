"""Templates end, whatever they ask for, and give what they would give without a limit."""

from __future__ import annotations

import datetime
import resource
import time
from decimal import Decimal

import pytest

from workbench.tasks import templates
from workbench.tasks.templates import TemplateError, _filled, _form, fill, variables_of

VALUES = {"q": "How many sheep are left?", "options": ["two", "nine"], "n": 3}


@pytest.mark.parametrize(
    "template",
    [
        "{{ q | center(2000000000) }}",
        "{{ 'a' | center(20000000000) }}{{ q }}",
        "{{ q.ljust(10 ** 9) }}",
        "{{ '%0888888888d' | format(n) }}",
        "{{ '{:>888888888}'.format(q) }}",
        "{% set s = namespace(a=q) %}{% for i in range(70) %}{% set s.a = s.a ~ s.a %}{% endfor %}{{ s.a | length }}",
        "{% set s = namespace(a=[q]) %}{% for i in range(70) %}{% set s.a = s.a + s.a %}{% endfor %}{{ s.a | length }}",
        "{% for a in q %}{% for b in q %}{% for c in q %}{% for d in q %}{% for e in q %}{% for f in q %}"
        "{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}{{ q }}",
        "{{ options | batch(10 ** 9, 'x') | list | length }}",
        "{{ q | slice(10 ** 9) | list | length }}",
        "{{ q | indent(10 ** 10) }}{{ 'a\nb' | indent(10 ** 10) }}",
        "{{ options | tojson(indent=10 ** 10) }}",
        "{{ q " + "| replace('', q) " * 8 + "| length }}",
        "{{ q | wordwrap(1, wrapstring=q * 3000) }}{{ (q * 4000) | replace('e', q * 4000) | length }}",
        "{{ 99999 ** 99 ** 9 }}{{ q }}",
        "{% for i in options recursive %}{{ loop(options) }}{% endfor %}",
    ],
    ids=lambda template: template[:24],
)
def test_a_template_that_would_take_all_time_or_memory_is_an_error(template, monkeypatch):
    monkeypatch.setattr(templates._FILLER, "seconds", 1.0)
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TemplateError):
        fill(template, VALUES)
    assert time.monotonic() - started < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


FORMS = {
    "brackets": "{{ " + "(" * 3000 + "q" + ")" * 3000 + " }}",
    "dots": "{{ q" + ".a" * 9000 + " }}",
    "opened": "{{" * 9000,
    "many": "{{ q }}" * 60_000,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_template_of_any_form_ends(form, monkeypatch):
    monkeypatch.setattr(templates._FILLER, "seconds", 1.0)
    started, said = time.monotonic(), ""
    try:
        fill(FORMS[form], VALUES)
    except TemplateError as error:
        said = str(error)
    assert len(said) < 400
    assert time.monotonic() - started < 60


PLAIN = [
    "{{ q }}",
    "{% if n %}{{ q | upper }}{% else %}none{% endif %}",
    "{{ options[1] }} {{ missing | default('-') }} {{ q if n > 2 else options }}",
    "{{ options | tojson }}{{ q | trim | length }}",
]


@pytest.mark.parametrize("template", PLAIN)
def test_a_template_that_only_puts_values_in_is_filled_in_here(template):
    assert _form(template).is_plain
    assert fill(template, VALUES) == _filled(template, VALUES)


@pytest.mark.parametrize(
    "template",
    ["{% for o in options %}- {{ o }}\n{% endfor %}", "{{ options | join(', ') }}", "{{ q ~ n }}", "{{ n * 2 }}"],
)
def test_a_template_that_does_more_gives_the_same_text_from_the_child(template):
    assert not _form(template).is_plain
    assert fill(template, VALUES) == _filled(template, VALUES)


def test_the_child_says_what_is_missing_as_it_would_be_said_here():
    with pytest.raises(TemplateError) as wrong:
        fill("{% for o in options %}{{ nothing }}{% endfor %}", VALUES)
    assert wrong.value.missing == "nothing"
    with pytest.raises(TemplateError, match="line 2"):
        variables_of("{% for o in options %}\n{{ o | nosuchfilter }}{% endfor %}")
    assert variables_of("{% for o in options %}{{ o }}{{ n }}{% endfor %}") == {"options", "n"}


def test_values_of_tables_can_be_used_in_the_child():
    import numpy as np
    import pandas as pd

    values = {"day": pd.Timestamp("2026-11-28"), "n": np.int64(4), "x": np.float64(0.5), "price": Decimal("2.50")}
    template = "{{ day.strftime('%d.%m.%Y') }} {{ n + 1 }} {{ x }} {{ price ~ '' }} {{ [day] }}"
    expected = _filled(template, {**values, "day": datetime.datetime(2026, 11, 28), "n": 4, "x": 0.5})
    assert fill(template, values) == expected


def test_a_function_is_no_value():
    with pytest.raises(TemplateError, match="is a function"):
        fill("{% for x in q %}{% endfor %}{{ f() }}", {"q": "a", "f": len})
