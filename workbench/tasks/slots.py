"""How a template takes a column of a record, by its name or by `task[…]`; and which columns it takes."""

from __future__ import annotations


def is_template(text: str) -> bool:
    """Whether a role is given as a template and not as the name of a column."""
    return "{{" in text or "{%" in text


def called(column: str) -> str:
    """How a template calls a column: by its name, or by `task[…]` where the name has a blank or a sign in it.

    >>> called("kind"), called("Product Name")
    ('kind', 'task["Product Name"]')
    """
    return column if column.isidentifier() else f'task["{column}"]'


def called_in_quotes(column: str) -> str:
    """The same where the template stands in double quotes itself, as in `target="{{ … }}"`."""
    return called(column).replace('"', "'")


def slot(column: str) -> str:
    """The template that is a column's text.

    >>> slot("Product Name")
    '{{ task["Product Name"] }}'
    """
    return "{{ " + called(column) + " }}"


def mentioned(template: str) -> frozenset[str]:
    """The columns that a template mentions; none where it cannot be read."""
    if not is_template(template):
        return frozenset()
    from workbench.tasks.templates import TemplateError, columns_of  # 0.1 s to load, and few files have templates

    try:
        return columns_of(template)
    except TemplateError:
        return frozenset()
