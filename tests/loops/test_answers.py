"""The final answer of a loop is checked against a schema or a type."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from workbench.errors import InputError
from workbench.loops.answers import checker


class Place(BaseModel):
    street: str
    number: int = 1


def test_an_answer_is_checked_against_a_schema_or_a_type():
    check = checker(Place)
    assert check('Here it is: {"street": "Oak", "number": 3}') == ""
    assert check('{"number": 3}')
    assert check("no JSON at all")
    with pytest.raises(InputError, match="answer_schema"):
        checker(object())
