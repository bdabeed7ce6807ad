"""Colours of models."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.show.palette import PALETTE, colours


def test_a_model_keeps_its_colour():
    assert colours(["x", "local/a"])["local/a"] == colours(["local/a"])["local/a"]


@given(st.lists(st.text(max_size=5), unique=True, max_size=len(PALETTE)))
def test_no_two_models_share_a_colour_while_there_are_enough(models):
    assert len(set(colours(models).values())) == len(models)
