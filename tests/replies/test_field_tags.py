"""A field of thinking without its tags, and with what stands behind them: whole, and however it is cut."""

import pytest

from workbench.replies.reading import MessageReader, Reading

CASES = [
    ("<think>9 of 17 stay.</think>", "9", ("9 of 17 stay.", "9")),
    ("<think>\n9 stay.\n</think>\n\n", "9", ("9 stay.", "9")),
    (" <think>9 stay", "9", ("9 stay", "9")),
    ("9 stay.</think>", "9", ("9 stay.", "9")),
    ("9 stay.\n</think>\n\nThe answer", " is 9", ("9 stay.", "The answer is 9")),
    ("9 stay.</think>The answer is 9", "The answer is 9", ("9 stay.", "The answer is 9")),
    ("9 stay.</think>The answer is 9", "", ("9 stay.", "The answer is 9")),
    ("<think>9</think>The", "The answer is 9", ("9", "The answer is 9")),
    ('I write `</think>` and "</think>" here', "9", ('I write `</think>` and "</think>" here', "9")),
    (" the </think> tag ends it. ", "9", (" the </think> tag ends it. ", "9")),
    ("x\n```\n</think>\n```\ny", "9", ("x\n```\n</think>\n```\ny", "9")),
    ("[THINK]hm[/THINK]", "9", ("hm", "9")),
    ("◁think▷hm◁/think▷", "9", ("hm", "9")),
    ("  plain text with spaces \n", "9", ("  plain text with spaces \n", "9")),
    ("a < b and [1] and </thin", "9", ("a < b and [1] and </thin", "9")),
    ('<think time="3">hm</think>', "9", ("hm", "9")),
    ("<think>", "9", ("", "9")),
    ("</think>", "9", ("", "9")),
    ("<think></think>", "9", ("", "9")),
    ("Use <think> at first", "9", ("Use <think> at first", "9")),
    ("so 9. </think> The answer", "is 9", ("so 9. ", "The answeris 9")),
    ("hm</think>", "", ("hm", "")),
    ("<think>9</think>\n\n", "<think>9</think>9", ("9", "9")),
]


def told(pieces):
    texts = [(piece.kind, piece.text) for piece in pieces]
    return tuple("".join(text for kind, text in texts if kind == wanted) for wanted in ("thinking", "answer"))


def cut(text, size):
    return [text[place : place + size] for place in range(0, len(text), size)]


@pytest.mark.parametrize(("field", "content", "right"), CASES)
@pytest.mark.parametrize("finish_reason", ["stop", "length"])
def test_tags_in_a_field_of_thinking_are_read_as_tags(field, content, right, finish_reason):
    reader = MessageReader(Reading())
    whole = [*reader.feed({"reasoning_content": field, "content": content}), *reader.close(finish_reason)]
    assert told(whole) == right
    for size in (1, 2, 3, 5, 7):
        for eager in (True, False):
            reader, pieces = MessageReader(Reading(), eager=eager), []
            for text in cut(field, size):
                pieces += reader.feed({"reasoning": text})
            for text in cut(content, size):
                pieces += reader.feed({"content": text})
            assert told([*pieces, *reader.close(finish_reason)]) == right, (size, eager)


def test_a_long_field_and_its_copy_take_linear_time():
    reader, pieces = MessageReader(Reading()), []
    for text in ["<think>9</think>", *["`</think>` < "] * 20_000]:
        pieces += reader.feed({"reasoning": text})
    for text in ["`</think>` < "] * 20_000:
        pieces += reader.feed({"content": text})
    assert told([*pieces, *reader.close("stop")])[1].count("<") == 40_000
