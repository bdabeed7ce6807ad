"""What stands for a line break in a template that was typed, and what only begins like one."""

import pytest

from workbench.base.typed import with_breaks


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (r"{{ a }}\n{{ b }}", "{{ a }}\n{{ b }}"),
        (r"{{ a }}\n\nOptions:\nA) {{ x }}\tB) {{ y }}", "{{ a }}\n\nOptions:\nA) {{ x }}\tB) {{ y }}"),
        (r"{{ a }}\nnot more than one line\nnever two", "{{ a }}\nnot more than one line\nnever two"),
        (r"\nabla {{ f }} \neq 0 \text{cm} \times \theta", r"\nabla {{ f }} \neq 0 \text{cm} \times \theta"),
        (r"{{ a }}\n\frac{1}{2} \to \tfrac12\n", "{{ a }}\n\\frac{1}{2} \\to \\tfrac12\n"),
        (r"{{ a }}\\new", r"{{ a }}\\new"),
        ("{{ a }}\nas it is", "{{ a }}\nas it is"),
        ("", ""),
    ],
)
def test_a_sign_is_a_break_and_a_command_is_not(typed, meant):
    assert with_breaks(typed) == meant
