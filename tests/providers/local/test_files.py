"""GGUF files of the user's own served for real: the embedded model's weights under other names."""

import shutil
from importlib import resources

import pytest
from gguf_files import small, with_template
from gguf_files import write_settings as settings

import workbench as wb
from workbench.errors import LocalModelError
from workbench.providers.local import files, server, weights
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

needs_engine = pytest.mark.skipif(server.available() is not None, reason=str(server.available()))
TEMPLATE = (resources.files("workbench.providers.local") / "smollm2-think.jinja").read_text("utf-8")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A folder with the embedded weights under a name of its own, and once more with a template that thinks."""
    folder = tmp_path_factory.mktemp("models")
    found = weights.candidates(weights.Q4_1)
    if not found:
        pytest.skip("no weights here")
    (folder / "little.gguf").symlink_to(found[0])
    with_template(found[0], folder / "thinker.gguf", TEMPLATE)
    yield folder
    server.stop()


@needs_engine
def test_any_gguf_file_answers_under_its_path_for_nothing_and_is_kept(real):
    name = f"local:{real / 'little.gguf'}"
    reply = wb.ask("What is the capital of France?", model=name, max_tokens=16, temperature=0)
    assert reply.answer
    assert (reply.provider, reply.model, reply.served_model) == ("local", name, "little")
    assert (reply.usd, reply.outcome in ("answered", "answer_truncated")) == (0.0, True)
    assert wb.ask("What is the capital of France?", model=name, max_tokens=16, temperature=0).cached


@needs_engine
def test_a_file_whose_template_thinks_is_a_thinking_model_that_can_be_told_not_to(real, monkeypatch, tmp_path):
    settings(
        monkeypatch,
        tmp_path,
        f'[models."local/thinker"]\nfile = "{real / "thinker.gguf"}"\ncontext = 1024\nthreads = 1\n',
    )
    reply = wb.ask("What is 2 + 7 + 5?", model="local/thinker", max_tokens=96, temperature=0)
    assert "2 + 7" in reply.thinking
    assert (reply.outcome, reply.thinking_visibility, reply.served_model) == ("answered", "full", "thinker")
    off = wb.ask("What is 2 + 7 + 5?", model="local/thinker", thinking=False, max_tokens=48, temperature=0)
    assert (off.thinking, bool(off.answer)) == ("", True)
    listed = wb.models().set_index("id").loc["local/thinker"]
    assert (listed["ready"], listed["context_tokens"], listed["thinking"]) == (True, 1024, "full")


def test_replies_belong_to_what_a_file_holds_and_not_to_where_it_lies(tmp_path):
    first = small(tmp_path / "a.gguf")
    (tmp_path / "elsewhere").mkdir()
    moved = shutil.copy(first, tmp_path / "elsewhere" / "a.gguf")
    other = small(tmp_path / "elsewhere" / "b.gguf", layers=3)

    def base_url(path):
        return build_request("x", target=resolve(f"local:{path}")).base_url

    assert base_url(first) == base_url(moved)
    assert base_url(first).rpartition("/")[2] != base_url(other).rpartition("/")[2]
    before = base_url(moved)
    small(moved, width=32)
    assert base_url(moved) != before  # another model under the old name


def test_a_file_that_memory_cannot_hold_is_not_started(tmp_path):
    path = small(tmp_path / "large.gguf", layers=9_000, heads=512, kv_heads=512, width=512 * 256, context=8192)
    with pytest.raises(LocalModelError, match=r"needs about [\d.]+ GiB of memory .* are free here"):
        wb.ask("x", model=f"local:{path}")


def test_a_table_gives_a_file_a_name_from_its_own_folder_and_a_template(tmp_path, monkeypatch):
    small(tmp_path / "base.gguf", template=None)
    (tmp_path / "chat.jinja").write_text("{{ messages[0].content }}", encoding="utf-8")
    table = '[models."local/mine"]\nfile = "base.gguf"\nchat_template = "chat.jinja"\n'
    settings(monkeypatch, tmp_path, f"{table}context = 256\n")
    target = resolve("local/mine")
    served = files.served(target.name, target.facts)
    assert (served.context_tokens, served.template, served.name) == (256, "{{ messages[0].content }}", "mine")
    settings(monkeypatch, tmp_path, f"{table}context = 1000\n")
    with pytest.raises(LocalModelError, match="more than the 512 tokens"):
        resolve("local/mine")
    settings(monkeypatch, tmp_path, '[models."local/mine"]\nfile = "gone.gguf"\n')
    assert "There is no file" in wb.models().set_index("id").loc["local/mine", "note"]
