"""Jinja templates that cannot run code, grow without bound, or give another text the next time.

Most only put values into a text: those are filled in here. What else a template can do, from a loop to a filter that
pads a text, has no bound that could be counted beforehand: it is done in a child process, within limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from json import dumps
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from workbench.base import regular_expressions as re
from workbench.base.helper import Helper, TookTooLong
from workbench.tasks.packing import packed, unpacked

MOST_REPEATS: Final = 100_000
"""Steps of all `range` loops of one rendering together, and the length to which `*` may stretch a text or list."""

MOST_CHARACTERS: Final = 20_000_000
"""Of one rendered template."""

SECONDS: Final = 3.0
MEGABYTES: Final = 1024
"""What one rendering may take that does more than put values into a text."""

_MOST_TAGS: Final = 2_000
_LONGEST_REASON: Final = 300
_PLAIN_NODES: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
    nodes.Test,
)
_PLAIN_FILTERS: Final = re.compile(
    "capitalize|count|d|default|e|escape|first|float|int|last|length|lower|string|tojson|trim|upper"
)
_PLAIN_TESTS: Final = re.compile(
    "boolean|defined|false|float|integer|mapping|none|number|sequence|string|true|undefined"
)


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
    return _form(template).variables


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Fill in a template once; what is put in is never read as template code. Raises TemplateError.

    >>> fill("{{ a }}!", {"a": "{{ b }}"})
    '{{ b }}!'
    """
    form = _form(template)
    if form.is_plain:
        return _filled(template, values)
    try:
        used = packed({name: value for name, value in values.items() if name in form.variables})
    except (TypeError, ValueError, RecursionError) as problem:
        raise TemplateError(_reason(problem)) from None
    return str(_answer("fill", template, used))


@dataclass(frozen=True)
class _Form:
    """What is known of a template before it is filled in."""

    variables: frozenset[str]
    is_plain: bool


@lru_cache(maxsize=4096)
def _form(template: str) -> _Form:
    try:
        # Reading computes nothing yet, and takes time by the length alone.
        few = sum(map(template.count, ("{{", "{%", "{#"))) <= _MOST_TAGS
        tree = _ENVIRONMENT.parse(template) if few and len(template) <= MOST_CHARACTERS else None
        if tree is not None and _is_plain(tree):
            _compiled(template)
            return _Form(frozenset(meta.find_undeclared_variables(tree)), is_plain=True)
    except TemplateSyntaxError as problem:
        raise _mistake(problem) from None
    except Exception as problem:  # noqa: BLE001  # a template can be wrong in as many ways as code can
        raise TemplateError(_reason(problem)) from None
    return _Form(frozenset(_answer("variables", template)), is_plain=False)


def _is_plain(tree: nodes.Node) -> bool:
    """Whether a template only puts values into a text: then it takes time by the length of both and no more."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Name):
            plain = node.ctx == "load"
        elif isinstance(node, nodes.Filter):
            plain = _PLAIN_FILTERS.fullmatch(node.name) is not None and (
                node.name != "tojson" or (not node.args and not node.kwargs)
            )
        elif isinstance(node, nodes.Test):
            plain = _PLAIN_TESTS.fullmatch(node.name) is not None
        elif isinstance(node, nodes.Getitem):
            plain = isinstance(node.arg, nodes.Const)
        else:
            plain = isinstance(node, _PLAIN_NODES)
        if not plain:
            return False
        waiting.extend(node.iter_child_nodes())
    return True


def _mistake(problem: TemplateSyntaxError) -> TemplateError:
    return TemplateError(f"line {problem.lineno}: {(problem.message or 'not a template').rstrip('.')}")


def _answer(*question: Any) -> Any:
    try:
        answer, error, name = _FILLER.ask(*question)
    except TookTooLong as problem:
        raise TemplateError(str(problem).replace("it was stopped", "its rendering was stopped")) from None
    if error is not None:
        raise TemplateError(error, name)
    return answer


def work(what: str, template: str, values: Any = None) -> tuple[Any, str | None, str | None]:
    """In the child: the variables of a template, or the filled template; or what is wrong, and the name it missed."""
    try:
        if what == "fill":
            return _filled(template, unpacked(values)), None, None
        _compiled(template)
        return sorted(meta.find_undeclared_variables(_ENVIRONMENT.parse(template))), None, None
    except TemplateError as problem:
        return None, str(problem), problem.missing
    except TemplateSyntaxError as problem:
        return None, str(_mistake(problem)), None
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001  # constants are computed here, and may fail in any way
        return None, _reason(problem), None


def _filled(template: str, values: Mapping[str, Any]) -> str:
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
    except (TemplateError, MemoryError):
        raise
    except Exception as problem:  # noqa: BLE001  # a template can fail in as many ways as code can
        raise TemplateError(_reason(problem)) from None
    return "".join(pieces)


@lru_cache(maxsize=4096)
def columns_of(template: str) -> frozenset[str]:
    """Name the columns that a template calls: its variables, and those behind `task`. Raises TemplateError.

    >>> sorted(columns_of("{{ a }} {{ task['b c'] }} {{ task.extra.d }}"))
    ['a', 'b c', 'd', 'task']
    """
    found = set(_form(template).variables)
    if "task" not in found:
        return frozenset(found)
    tree = _ENVIRONMENT.parse(template)
    called: list[Any] = [*tree.find_all(nodes.Getitem), *tree.find_all(nodes.Getattr)]
    for node in called:
        name = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
        below = node.node
        of_task = isinstance(below, nodes.Name) and below.name == "task" and name != "extra"
        if isinstance(name, str) and (of_task or (isinstance(below, nodes.Getattr) and below.attr == "extra")):
            found.add(name)
    return frozenset(found)


def holds(expression: str, values: Mapping[str, Any]) -> bool:
    """Say whether an expression holds of these values. Raises TemplateError.

    >>> holds("level > 2", {"level": 3})
    True
    """
    return fill("{% if " + expression + " %}1{% endif %}", values) == "1"


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
    text = str(problem).rstrip(".") or type(problem).__name__
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"


_FILLER: Final = Helper("from workbench.tasks.templates import work", seconds=SECONDS, megabytes=MEGABYTES)
