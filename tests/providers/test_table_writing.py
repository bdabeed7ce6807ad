"""Tables written into a settings file: what the user wrote stays, what was written before is renewed."""

from datetime import date

import pytest

from workbench.errors import InputError
from workbench.providers.models import resolve
from workbench.providers.table_writing import BEGIN, write_tables

PRICES = {"input": 1.5, "output": 2}
TABLE = {"context": 4096, "retired": date(2027, 1, 2), "efforts": ["low"], "usd_per_million": PRICES}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "workbench.toml"


def test_what_is_written_is_known_from_then_on(path):
    assert write_tables(path, {"openai/gpt-x": TABLE}) == (["openai/gpt-x"], [])
    facts = resolve("openai/gpt-x").facts
    assert (facts.context_tokens, facts.retires, facts.efforts) == (4096, date(2027, 1, 2), ("low",))
    assert facts.prices.input == 1.5


def test_what_the_user_wrote_stays_byte_for_byte(path):
    mine = '# mine\n[providers.box]\nbase_url = "http://127.0.0.1:8/v1"   # here\n\n[models."openai/mine"]\ncontext = 7'
    path.write_text(mine)
    path.chmod(0o640)
    assert write_tables(path, {"openai/gpt-x": TABLE, "openai/mine": TABLE}) == (["openai/gpt-x"], ["openai/mine"])
    assert path.read_text().startswith(mine + "\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert resolve("openai/mine").facts.context_tokens == 7


def test_a_second_time_renews_and_keeps_what_it_does_not_renew(path):
    path.write_text("[models]\n")
    write_tables(path, {"openai/a": TABLE, "openai/b": TABLE})
    path.write_text(path.read_text() + '[models."openai/c"]\ncontext = 3\n')
    write_tables(path, {"openai/a": {"context": 9}})
    assert [resolve(f"openai/{name}").facts.context_tokens for name in "abc"] == [9, 4096, 3]
    assert path.read_text().count("written by") == 1


NAMES = ['openai/"quoted"', "openai/back\\slash", "openai/ümläut", "openai/del\x7f", "openai/a.b c"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back_as_it_was(path, name):
    write_tables(path, {name: {"context": 5, "notes": name}})
    assert resolve(name).facts.notes == name


@pytest.mark.parametrize(
    "text",
    ["models = 3", "not toml [", '[models."openai/a"]\nunknown_field = 1', "models = {}", f"{BEGIN}\n"],
    ids=["models", "broken", "field", "inline", "no end"],
)  # fmt: skip
def test_a_file_that_cannot_take_tables_is_left_as_it_is(path, text):
    path.write_text(text)
    with pytest.raises(InputError):
        write_tables(path, {"openai/x": TABLE})
    assert path.read_text() == text
