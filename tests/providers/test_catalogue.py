"""`wb.models()`: what can be asked from here, at what price, and what is in the way."""

import socket

import workbench as wb


def line(frame, name):
    (found,) = frame[frame["id"] == name].to_dict("records")
    return found


def test_the_columns_are_as_promised():
    assert list(wb.models().columns) == [
        "id",
        "provider",
        "ready",
        "usd_per_million_input",
        "usd_per_million_cached",
        "usd_per_million_output",
        "price_source",
        "context_tokens",
        "thinking",
        "note",
    ]


def test_a_provider_is_ready_when_its_key_is_there_and_ready_ones_come_first(monkeypatch):
    before = line(wb.models(), "openrouter/moonshotai/kimi-k2-thinking")
    assert (before["ready"], before["note"]) == (False, "set OPENROUTER_API_KEY")
    monkeypatch.setenv("OPENROUTER_API_KEY", "not-a-real-key")
    frame = wb.models()
    assert line(frame, "openrouter/moonshotai/kimi-k2-thinking")["ready"]
    assert list(frame["ready"]) == sorted(frame["ready"], reverse=True)
    assert "not-a-real-key" not in frame.to_csv()


def test_a_retired_model_is_not_ready_even_with_its_key(monkeypatch):
    monkeypatch.setenv("MOONSHOT_API_KEY", "not-a-real-key")
    found = line(wb.models(), "moonshot/kimi-k2-thinking")
    assert not found["ready"]
    assert found["note"] == "retired 2026-05-25; use openrouter/moonshotai/kimi-k2-thinking"


def test_an_end_that_is_ahead_is_shown_beside_what_is_in_the_way(home, monkeypatch):
    (home / "workbench.toml").write_text(
        '[models."openai/gpt-own"]\nretired = 2999-01-01\nreplaced_by = ["openai/gpt-6-sol"]\n'
    )
    ends = "retires 2999-01-01; use openai/gpt-6-sol"
    assert line(wb.models(), "openai/gpt-own")["note"] == f"set OPENAI_API_KEY; {ends}"
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-real-key")
    found = line(wb.models(), "openai/gpt-own")
    assert (found["ready"], found["note"]) == (True, ends)


def test_a_name_that_another_model_answers_is_listed_with_it():
    note = line(wb.models(), "xai/grok-4")["note"]
    assert note == "set XAI_API_KEY; retired 2026-05-15, then answered by grok-4.3"
    assert "as one other party says" in line(wb.models(), "xai/grok-3-mini")["note"]


def test_a_retired_model_of_the_users_own_need_not_name_another(home):
    (home / "workbench.toml").write_text('[models."openai/gpt-old"]\nretired = 2025-01-01\n')
    assert line(wb.models(), "openai/gpt-old")["note"] == "retired 2025-01-01"


def test_prices_are_those_of_short_prompts_with_their_source():
    found = line(wb.models(), "anthropic/claude-sonnet-4-5")
    assert (found["usd_per_million_input"], found["usd_per_million_output"]) == (3.0, 15.0)
    assert found["price_source"].startswith("price table ")
    unknown = line(wb.models(), "nvidia/moonshotai/kimi-k2-thinking")
    assert wb.models()["usd_per_million_input"].isna()[wb.models()["id"] == unknown["id"]].all()
    assert unknown["price_source"] == "unknown"


def test_a_server_of_ones_own_is_ready_while_it_listens(home):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        wb.add_provider("mybox", base_url=f"http://127.0.0.1:{port}/v1")
        found = line(wb.models(), "mybox/…")
        assert (found["ready"], found["note"]) == (True, "")
    found = line(wb.models(), "mybox/…")
    assert (found["ready"], found["note"]) == (False, f"no server answers at http://127.0.0.1:{port}/v1")


def test_every_provider_is_listed_even_without_a_known_model():
    from workbench.providers.facts import known_providers

    assert set(wb.models()["provider"]) == set(known_providers())
