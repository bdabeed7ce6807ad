"""Jinja templates that cannot run code, grow without bound, or give another text the next time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from json import dumps
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

MOST_REPEATS: Final = 100_000
"""Steps of all `range` loops of one rendering together, and the length to which `*` may stretch a text or list."""

MOST_CHARACTERS: Final = 20_000_000
"""Of one rendered template."""


class TemplateError(Exception):
    """A template that cannot be read or filled in; `missing` is the name that it looked for in vain."""

    def __init__(self, message: str, missing: str | None = None) -> None:
        super().__init__(message)
        self.missing = missing


def variables_of(template: str) -> frozenset[str]:
    """Name the variables that a template takes from outside. Raises TemplateError with the line of a mistake.

    >>> sorted(variables_of("{% for word in words %}{{ word }}{{ stop }}{% endfor %}"))
    ['stop', 'words']
    """
    try:
        _compiled(template)
        return frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(template)))
    except TemplateSyntaxError as problem:
        raise TemplateError(f"line {problem.lineno}: {(problem.message or 'not a template').rstrip('.')}") from None
    except Exception as problem:  # noqa: BLE001  # constants are computed here, and may fail in any way
        raise TemplateError(_reason(problem)) from None


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Fill in a template once; what is put in is never read as template code. Raises TemplateError.

    >>> fill("{{ a }}!", {"a": "{{ b }}"})
    '{{ b }}!'
    """
    pieces: list[str] = []
    length = 0
    try:
        for piece in _compiled(template).generate({"range": _counted_range(), **values}):
            pieces.append(piece)
            length += len(piece)
            if length > MOST_CHARACTERS:
                raise TemplateError(f"it gives more than {MOST_CHARACTERS:,} characters")
    except _MissingError as problem:
        raise TemplateError(_reason(problem), problem.name) from None
    except TemplateError:
        raise
    except Exception as problem:  # noqa: BLE001  # a template can fail in as many ways as code can
        raise TemplateError(_reason(problem)) from None
    return "".join(pieces)


class _MissingError(UndefinedError):
    def __init__(self, name: str | None, message: str | None = None) -> None:
        super().__init__(message)
        self.name = name


class _Missing(StrictUndefined):
    """A missing value whose error says the name that was looked for."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> None:
        super().__init__(hint, obj, name, exc or partial(_MissingError, name))  # type: ignore[arg-type]  # only called


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which a template cannot grow without bound and gives the same text each time."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Refuse a power, a repeated text or a repeated list that would fill the memory."""
        if operator == "**" and (abs(left) > MOST_REPEATS or abs(right) > 100):
            raise OverflowError(f"{left} ** {right} is too large for a template")
        if operator == "*":
            for repeated, times in ((left, right), (right, left)):
                if isinstance(repeated, str | list | tuple) and len(repeated) * times > MOST_REPEATS:
                    raise OverflowError(f"a text or list repeated {times} times is too long for a template")
        return super().call_binop(context, operator, left, right)


def _written(value: Any) -> Any:
    """Refuse what shows as a memory address: it would make a new request, and a new bill, of every rendering."""
    if isinstance(value, Undefined):
        return value
    if callable(value):
        raise TypeError(f"{getattr(value, '__name__', 'this')} is a function: call it with ()")
    if hasattr(value, "__next__"):
        raise TypeError("a filter such as map gives a stream: add | list or | join(', ')")
    return value


def _counted_range() -> Callable[..., range]:
    left = [MOST_REPEATS]

    def counted(*bounds: int) -> range:
        steps = range(*bounds)
        left[0] -= len(steps)
        if left[0] < 0:
            raise OverflowError(f"its loops take more than {MOST_REPEATS:,} steps")
        return steps

    return counted


def _environment() -> _Environment:
    environment = _Environment(undefined=_Missing, autoescape=False, keep_trailing_newline=True, finalize=_written)
    # A text drawn at random would be a new request, and a new bill, at each rendering.
    del environment.globals["lipsum"]
    del environment.filters["random"]
    # Jinja's own writes < and ' as \\u003c and \\u0027, for use inside HTML.
    environment.filters["tojson"] = lambda value, indent=None: dumps(value, ensure_ascii=False, indent=indent)
    return environment


_ENVIRONMENT: Final = _environment()


@lru_cache(maxsize=4096)
def _compiled(template: str) -> Template:
    return _ENVIRONMENT.from_string(template)


def _reason(problem: Exception) -> str:
    return str(problem).rstrip(".") or type(problem).__name__
