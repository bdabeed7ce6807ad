"""How long results hold: ends of models, aliases and prices, and a page that tells its day."""

from datetime import date

import pandas as pd
import pytest
from click.testing import CliRunner

from workbench.cli.commands import app
from workbench.errors import InputError
from workbench.providers import facts
from workbench.providers.shelf_life import shelf_life, shelf_life_of_page
from workbench.rows.files import write_rows
from workbench.rows.table import frame


def rows(*models, created_at="2026-11-20T10:00:00+00:00"):
    return frame({"model": model, "created_at": created_at, "outcome": "answered"} for model in models)


@pytest.fixture
def on(monkeypatch):
    return lambda day: monkeypatch.setattr(facts, "today", lambda: day)


def test_the_first_end_of_all_is_the_shelf_life(on):
    on(date(2026, 11, 28))
    found = shelf_life(rows("openai/gpt-5", "openai/gpt-4.1", "openai/gpt-6-sol"))
    assert (found.day, len(found.ends)) == (date(2026, 12, 11), 2)
    assert str(found) == "holds until 2026-12-11, when openai/gpt-5 ends; 1 more known end after it"


def test_a_name_that_another_model_will_answer_ends_as_an_alias():
    found = shelf_life(rows("gemini/gemini-2.5-pro"))
    assert found.ends[0].day == date(2026, 12, 1)
    assert "answered by" in found.ends[0].what


@pytest.mark.parametrize(("asked", "day"), [("2026-10-16", date(2026, 10, 17)), ("2026-10-17", None)])
def test_a_name_that_was_pointed_at_another_checkpoint_ends_what_was_kept_before(asked, day):
    found = shelf_life(rows("deepseek/deepseek-flash", created_at=f"{asked}T10:00:00+00:00"))
    assert found.day == day
    assert str(found).startswith("held until 2026-10-17, when deepseek/deepseek-flash stands for") is bool(day)
    assert shelf_life(rows("openrouter/deepseek/deepseek-flash", created_at="2026-10-01")).day is None


def test_a_price_that_will_be_another_ends_it_too():
    assert shelf_life(rows("gemini/gemini-4-argon")).day == date(2026, 12, 1)
    later = rows("gemini/gemini-4-argon", created_at="2026-12-02T00:00:00+00:00")
    assert shelf_life(later).day is None


def test_a_model_of_ones_own_table_has_ones_own_end(tmp_path):
    (tmp_path / "workbench.toml").write_text(
        '[providers.box]\nbase_url = "http://127.0.0.1:1/v1"\nfree = true\n[models."box/m"]\nretired = 2031-05-06\n'
    )
    assert shelf_life(rows("box/m")).day == date(2031, 5, 6)


def test_a_label_with_parameters_is_the_model():
    assert shelf_life(rows("openai/gpt-5 (effort=low)")).day == date(2026, 12, 11)
    assert shelf_life(rows('openai/gpt-5 (extra_body={"a": "(b)"})')).day == date(2026, 12, 11)


def test_behind_a_label_a_route_and_a_fallback_stand_the_models_that_served():
    def ends(**said):
        return [end.model for end in shelf_life(frame([{"outcome": "answered", **said}])).ends]

    assert ends(model="thinking on", provider="openai", served_model="gpt-5-2025-08-07") == ["openai/gpt-5-2025-08-07"]
    assert ends(model="route:mine", served_by="openai/gpt-4.1", provider="openai") == ["openai/gpt-4.1"]
    assert ends(model="openai/gpt-4.1 -> openai/gpt-5", served_by="openai/gpt-5") == ["openai/gpt-5", "openai/gpt-4.1"]
    assert ends(model="openai/gpt-6-sol", provider="openai", served_model="gpt-5") == []


@pytest.mark.parametrize("label", ["my own words", "nowhere/m", "", "local/smollm2-135m-think", None])
def test_what_nobody_knows_has_no_end(label):
    found = shelf_life(rows(label))
    assert (found.day, found.is_over()) == (None, False)
    assert str(found) == "no end of a model, alias or price in it is known"


def test_rows_without_models_are_refused():
    with pytest.raises(InputError, match="model"):
        shelf_life(pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize(("day", "status"), [(date(2026, 12, 10), 0), (date(2026, 12, 11), 1), (date(2028, 1, 1), 1)])
def test_the_command_is_red_from_that_day(on, day, status, tmp_path):
    on(day)
    write_rows(rows("openai/gpt-5"), "rows.jsonl")
    page = tmp_path / "page.html"
    ends = '<meta name="workbench-shelf-life-ends" content="openai/gpt-5 ends">\n'
    page.write_text(f'<head>\n<meta name="workbench-shelf-life" content="2026-12-11">\n{ends}</head>')
    for path in ("rows.jsonl", "page.html"):
        done = CliRunner().invoke(app, ["report", "--stale", path])
        assert (done.exit_code, "until 2026-12-11, when openai/gpt-5 ends" in done.output) == (status, True)


def test_a_page_that_knows_no_end_is_green_and_another_page_is_an_error(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<meta name="workbench-shelf-life" content="">')
    assert shelf_life_of_page(page) == (None, "")
    assert CliRunner().invoke(app, ["report", "--stale", "page.html"]).exit_code == 0
    page.write_text('<meta name="workbench-shelf-life" content="2020-05-01">')  # of an older version
    done = CliRunner().invoke(app, ["report", "--stale", "page.html"])
    assert (done.exit_code, done.output.startswith("page.html: held until 2020-05-01; ")) == (1, True)
    page.write_text("<p>holds until 2020-01-01</p>")
    with pytest.raises(InputError, match="states no shelf life"):
        shelf_life_of_page(page)
