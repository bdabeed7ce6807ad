"""What servers add to prompts, told by their own counts of tokens."""

import pytest
from studies import frame, row

from workbench.analysis.added_prompt import added_to_prompts, said_of_added


def rows(few, many, **more):
    return frame(
        row(n, model=model, prompt_tokens=tokens + n, **more)
        for n in range(6)
        for model, tokens in (("plain", few), ("wrapped", many))
    )


@pytest.mark.parametrize(
    ("few", "many", "found"),
    [(40, 580, [("wrapped", 540)]), (40, 110, []), (400, 900, []), (40, 160, [("wrapped", 120)])],
    ids=["a template", "another tokenizer", "longer texts", "little more than that"],
)
def test_far_more_than_a_tokenizer_explains_is_told(few, many, found):
    assert added_to_prompts(rows(few, many)) == found


def test_images_and_one_model_alone_tell_nothing():
    assert added_to_prompts(rows(40, 580, task_image="a.png")) == []
    assert added_to_prompts(rows(40, 580)[lambda all_rows: all_rows["model"] == "wrapped"]) == []
    assert said_of_added([]) == ""
