"""Keys are found where they live, and seen nowhere else."""

import copy
import io
import logging
import pickle
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightly import examples

from workbench.base import secrets
from workbench.base.secrets import (
    MASK,
    Secret,
    find_secret,
    note_secret,
    redact,
    secrets_in,
    without_known,
    without_secrets,
)
from workbench.errors import AuthError, InputError, WorkbenchWarning

CANARY = "sk-canary-0123456789abcdefXYZ"


def test_a_key_shows_itself_nowhere_but_where_it_is_revealed():
    key = Secret(CANARY)
    shown = [repr(key), str(key), f"{key}", f"{key:>40}", "%s" % key, repr([key]), repr({"k": key})]  # noqa: UP031
    shown += [repr(vars(type(key))), repr([getattr(key, name) for name in dir(key) if name != "reveal"])]
    assert not any(CANARY in text for text in shown)
    assert not hasattr(key, "__dict__")
    assert key.reveal() == CANARY


def test_a_key_is_in_no_log_and_no_traceback():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("test of keys")
    logger.addHandler(handler)
    key = Secret(CANARY)
    logger.warning("sending with %s", key)
    try:
        raise ValueError(f"failed with {key}")
    except ValueError as error:
        kept = traceback.TracebackException.from_exception(error, capture_locals=True)
        stream.write("".join(kept.format()))
    logger.removeHandler(handler)
    assert MASK in stream.getvalue()
    assert CANARY not in stream.getvalue()


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_a_key_is_never_pickled_or_copied(way):
    with pytest.raises(TypeError, match="never pickled"):
        way(Secret(CANARY))


def test_equal_keys_are_equal():
    assert Secret(CANARY) == Secret(f" {CANARY}\n")
    assert len({Secret(CANARY), Secret(CANARY), Secret(CANARY + "0")}) == 2


@pytest.mark.parametrize(
    ("value", "words"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("  \n", "empty", id="blank"),
        pytest.param(f"{CANARY}\nOTHER=1", "one word", id="two-lines-pasted"),
        pytest.param(f"{CANARY} {CANARY}", "one word", id="two-words"),
        pytest.param(f'"{CANARY}"', "quotation marks", id="quotes"),
        pytest.param(f"'{CANARY}'", "quotation marks", id="single-quotes"),
        pytest.param(CANARY + "é", "ASCII", id="accent"),
        pytest.param("“" + CANARY + "”", "ASCII", id="typographic-quotes"),
        pytest.param(CANARY + "\u200b", "ASCII", id="zero-width-space"),
        pytest.param(CANARY + "\x07", "printable", id="control-character"),
        pytest.param(b"bytes", "type bytes", id="bytes"),
        pytest.param(None, "type NoneType", id="none"),
    ],
)
def test_a_value_that_no_request_can_carry_is_refused_without_showing_it(value, words):
    with pytest.raises(AuthError, match=words) as caught:
        Secret(value, found_in="FAKE_API_KEY")
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    # The test's own frame holds the value; ours must not.
    frames = [frame for frame in shown.stack if Path(frame.filename).parts[-2:] == ("base", "secrets.py")]
    assert frames
    assert CANARY not in str(caught.value)
    assert not any(CANARY in local for frame in frames for local in (frame.locals or {}).values())


def test_the_environment_comes_before_a_file_and_a_near_file_before_a_far_one(home, monkeypatch):
    below = home / "a" / "b"
    below.mkdir(parents=True)
    (home / ".env").write_text("FAKE_API_KEY=far-away-key\nOTHER_API_KEY=only-far-key\n")
    monkeypatch.chdir(below)
    assert find_secret("FAKE_API_KEY").reveal() == "far-away-key"
    (below / ".env").write_text("FAKE_API_KEY=near-by-key\n")
    assert find_secret("FAKE_API_KEY").reveal() == "near-by-key"
    assert find_secret("OTHER_API_KEY").reveal() == "only-far-key"
    monkeypatch.setenv("FAKE_API_KEY", "from-environment")
    assert find_secret("FAKE_API_KEY").reveal() == "from-environment"
    assert find_secret("NOBODY_API_KEY") is None


@pytest.mark.parametrize(
    "line",
    [
        "FAKE_API_KEY=a-long-value",
        'FAKE_API_KEY="a-long-value"',
        "FAKE_API_KEY = 'a-long-value'  # mine",
        "export FAKE_API_KEY=a-long-value",
        "\ufeffFAKE_API_KEY=a-long-value",
        "# a comment\r\nFAKE_API_KEY=a-long-value\r\n",
    ],
)
def test_a_file_is_read_as_people_write_it(home, line):
    (home / ".env").write_bytes(line.encode())
    assert find_secret("FAKE_API_KEY").reveal() == "a-long-value"


def test_a_file_stays_out_of_the_environment_and_is_read_again_when_it_changes(home, monkeypatch):
    import os

    path = home / ".env"
    path.write_text("FAKE_API_KEY=first-value\nPRIVATE=1\n")
    assert find_secret("FAKE_API_KEY").reveal() == "first-value"
    assert "FAKE_API_KEY" not in os.environ
    assert "PRIVATE" not in os.environ
    path.write_text("FAKE_API_KEY=another-value\n")
    assert find_secret("FAKE_API_KEY").reveal() == "another-value"


@pytest.mark.parametrize("text", ["FAKE_API_KEY=", "FAKE_API_KEY=''", "FAKE_API_KEY"])
def test_an_empty_value_in_a_file_is_no_key(home, text):
    (home / ".env").write_text(text)
    assert find_secret("FAKE_API_KEY") is None


def test_a_value_is_not_expanded(home, monkeypatch):
    monkeypatch.setenv("HIDDEN", "secret")
    (home / ".env").write_text("FAKE_API_KEY=pre$HIDDEN-${HIDDEN}")
    assert find_secret("FAKE_API_KEY").reveal() == "pre$HIDDEN-${HIDDEN}"


def test_a_file_in_another_encoding_says_so_and_shows_nothing_of_it(home):
    (home / ".env").write_bytes(f"FAKE_API_KEY={CANARY}\n# caf\xe9".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8") as caught:
        find_secret("FAKE_API_KEY")
    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_known_key_is_taken_out_however_it_is_escaped():
    Secret("odd&key\\with=marks/01")
    text = "plain odd&key\\with=marks/01, JSON odd&key\\\\with=marks/01, HTML odd&amp;key\\with=marks/01, "
    text += "address odd%26key%5Cwith%3Dmarks%2F01"
    assert redact(text) == f"plain {MASK}, JSON {MASK}, HTML {MASK}, address {MASK}"


def test_a_key_that_contains_another_goes_as_a_whole():
    Secret("short-key-1")
    Secret("short-key-1-and-more")
    assert redact("x short-key-1-and-more y") == f"x {MASK} y"


def test_a_long_beginning_of_a_key_goes_wherever_a_server_cut_it():
    Secret("own-4f7a91c2d8e3b6a5")
    told = "Incorrect key own-4f7a91c2d8; the key own-4f7a91c2d8e3b6a5 and own-4f7a were sent by own-"
    assert without_known(told, cut=True) == "Incorrect key [key]; the key [key] and own-4f7a were sent by own-"
    assert "own-4f7a91c2d8;" in without_known(told)


def test_a_short_key_does_not_blot_out_ordinary_words():
    Secret("key")
    assert redact("the key of the house") == "the key of the house"


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcDEF123456_ghiJKL789012-mno",
        "sk-or-v1-0123456789abcdef0123456789abcdef",
        "sk-ant-api03-AbCdEfGhIjKl0123456789",
        "gsk_abcdefghijklmnopqrst0123",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
        "xai-0123456789abcdefghijABCDEFGH",
        "nvapi-0123456789abcdefghij_ABC",
        "hf_abcdefghijklmnopqrstuvwx",
        "fw_3ZabcdefGHIJ0123456789",
        "tgp_v1_abcdefghij0123456789-_AB",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "AKIAIOSFODNN7EXAMPLE",
        "Bearer abcdef0123456789.xyz~tok",
    ],
)
@pytest.mark.parametrize("around", ["{}", "key={}.", '{{"k": "{}"}}', "line\\n{}", "\x1b[31m{}\x1b[0m", "?key={}&x=1"])
def test_what_has_the_shape_of_a_key_is_taken_out(secret, around):
    text = around.format(secret)
    assert secret not in redact(text)
    assert MASK in redact(text)
    assert len(secrets_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "task-0123456789012345678901234567",
        "sk-toggleable__content-arrow fitted",
        "risk-free-rate-of-return-2024-and-more",
        "the bearer of this letter, who lives at number 10",
        "https://example.org/desk-0123456789abcdefghijklm",
        "AIza is a prefix",
    ],
)
def test_ordinary_text_is_left_alone(text):
    assert redact(text) == text
    assert secrets_in(text) == []


def test_places_are_lines_and_never_values():
    Secret("known-key-of-mine")
    found = secrets_in("one\nknown-key-of-mine\nthree\ngsk_aaaaaaaaaaaaaaaaaaaaaaaa")
    assert found == ["a key of this process in line 2", "something of the shape of a key in line 4"]


PIECES = st.sampled_from(
    [
        "sk-",
        "csk-",
        "task-",
        "sk_",
        "gsk_",
        "hf_",
        "AIza",
        "xai-",
        "ghp_",
        "AKIA",
        "Bearer ",
        "BEARER%20",
        "\\n",
        "%3D",
        "0;31m",
        " ",
        "\n",
        "a1B2c3D4e5F6g7H8i9J0",
        "ABCDEFGHIJ0123456789",
        "-",
        "_",
        "é",
        "x" * 30,
    ]
)


@examples(2_000, by_day=200)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_key_is_found_where_the_whole_pattern_finds_one(text):
    """The search that only looks where a key may begin finds what a search of the whole text does."""
    wanted = secrets._SHAPES.sub(MASK, text)
    assert redact(text) == wanted
    lines = [text.count("\n", 0, match.start()) + 1 for match in secrets._SHAPES.finditer(text)]
    assert secrets_in(text) == [f"something of the shape of a key in line {line}" for line in dict.fromkeys(lines)]


def test_a_secret_that_is_no_key_of_ours_is_kept_out_of_everything_too():
    note_secret("Basic dXNlcjpwYXNz+/8=")
    assert redact("sent Basic dXNlcjpwYXNz+/8= and Basic%20dXNlcjpwYXNz%2B%2F8%3D") == f"sent {MASK} and {MASK}"


def test_json_that_echoes_a_key_is_kept_without_it():
    Secret("echoed-key-0123")
    body = {"id": "1", "choices": [{"message": {"content": 'you sent "echoed-key-0123"', "n": [1.5, None]}}]}
    kept = without_secrets(body)
    assert kept["choices"][0]["message"] == {"content": f'you sent "{MASK}"', "n": [1.5, None]}
    clean = {"choices": []}
    assert without_secrets(clean) is clean


def test_a_file_of_keys_that_others_may_write_is_passed_over_aloud(home):
    path = home / ".env"
    path.write_text(f"FAKE_API_KEY={CANARY}\n")
    path.chmod(0o666)
    with pytest.warns(WorkbenchWarning, match=r"\.env has FAKE_API_KEY, and others may write it"):
        assert find_secret("FAKE_API_KEY") is None
    assert find_secret("ANOTHER_API_KEY") is None
    path.chmod(0o600)
    assert find_secret("FAKE_API_KEY").reveal() == CANARY
