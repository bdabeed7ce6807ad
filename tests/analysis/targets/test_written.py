"""Everywhere that a value is written, be it a result or not."""

import pytest

from workbench.analysis.targets.forms import forms_of
from workbench.analysis.targets.written import written_at
from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("target", "thought", "codes", "wanted"),
    [
        ("42", "Step 42 of 420: forty-two", ("en",), ["42", "forty-two"]),
        ("1/2", "1/2, 2/4, 3/4, \\frac{3}{6}", ("en",), ["1/2", "2/4", "\\frac{3}{6}"]),
        ("2024-05-10", "due 2024-05-10, not 2024-05-11", ("en",), ["2024-05-10"]),
        ("42", "六七四十二", ("en", "zh"), ["四十二"]),
    ],
)
def test_each_spelling_is_found(target, thought, codes, wanted):
    read = Thought(thought, codes)
    found = sorted({span for form in forms_of(target) for span in written_at(form, read)})
    assert set(wanted) <= {thought[start:end] for start, end in found}
