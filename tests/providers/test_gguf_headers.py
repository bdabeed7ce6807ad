"""Headers of GGUF files: what is read of them, and what is said of files that are none, cut or damaged."""

import struct

import pytest
from gguf_files import PLAIN_TEMPLATE, small
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import LocalModelError
from workbench.providers.gguf_headers import read_header


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return small(tmp_path_factory.mktemp("gguf") / "whole.gguf").read_bytes()


def test_a_header_tells_model_template_context_and_what_a_token_takes(tmp_path):
    header = read_header(small(tmp_path / "a.gguf", context=4096, layers=3, heads=8, kv_heads=2, width=128))
    assert (header.architecture, header.name, header.template) == ("llama", "small", PLAIN_TEMPLATE)
    assert header.trained_tokens == 4096
    # keys and values, two bytes each, for 3 layers of 2 heads of 128 / 8 = 16 numbers
    assert header.cache_bytes_per_token == 2 * 2 * 3 * 2 * 16
    assert header.size_bytes >= header.ends_at > 0
    assert (header.part, header.parts) == (0, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><p>Sign in</p>", "no GGUF file: it begins with b'<!DO'"),
        (b"PK\x03\x04" + bytes(40), "no GGUF file"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(40), "of version 1"),
        (b"GGUF" + struct.pack(">I", 3) + bytes(40), "byte order of other machines"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0), "damaged: it claims 1,152,921,504,606,846,976 tensors"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**63), "cut short"),
    ],
    ids=["empty", "a page", "a zip", "old", "big-endian", "absurd", "long name"],
)
def test_what_is_no_readable_gguf_file_is_told_in_one_sentence(tmp_path, content, said):
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    with pytest.raises(LocalModelError, match=r"x\.gguf") as caught:
        read_header(path)
    assert said in str(caught.value)


def test_a_header_that_is_cut_anywhere_is_cut_short_and_nothing_else(tmp_path, whole):
    path = tmp_path / "cut.gguf"
    head = whole.index(b"token_embd.weight")  # behind it nothing but one tensor's description and its numbers
    for length in range(4, head, 3):
        path.write_bytes(whole[:length])
        with pytest.raises(LocalModelError, match="cut short"):
            read_header(path)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_is_an_error_of_ours_or_none(tmp_path_factory, whole, data):
    place = data.draw(st.integers(4, len(whole) - 9))
    harm = data.draw(st.binary(min_size=1, max_size=9))
    path = tmp_path_factory.getbasetemp() / "harmed.gguf"
    path.write_bytes(whole[:place] + harm + whole[place + len(harm) :])
    try:
        header = read_header(path)
    except LocalModelError:
        return
    assert header.size_bytes == len(whole)
