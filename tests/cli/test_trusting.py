"""`workbench trust`: says what goes where, and notes it."""

from __future__ import annotations

from click.testing import CliRunner

from workbench.cli.commands import app
from workbench.providers.facts import providers


def test_a_file_is_confirmed_and_withdrawn_from_the_command_line(home, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    path = home / "workbench.toml"
    path.write_text('[providers.g]\nbase_url = "https://g.example.org/v1"\nkey_env = "GROQ_API_KEY"\n')
    told = CliRunner().invoke(app, ["trust"], catch_exceptions=False)
    assert told.exit_code == 0
    assert "GROQ_API_KEY goes to https://g.example.org/v1 for g/…" in told.output
    assert "confirmed: " in told.output
    assert providers()["g"].key_env == "GROQ_API_KEY"
    assert "withdrawn" in CliRunner().invoke(app, ["trust", str(path), "--withdraw"]).output
    assert "it was not confirmed" in CliRunner().invoke(app, ["trust", "--withdraw"]).output
