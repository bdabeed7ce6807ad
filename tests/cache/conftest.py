"""A fake model that has been asked before."""

import pytest

import workbench as wb


@pytest.fixture
def answered(monkeypatch):
    """Ask `How many?` of a fake model once; `.ask` asks again."""

    def ask(server, prompt="How many?", **options):
        wb.add_provider("fake", base_url=server.base_url)
        return wb.ask(prompt, model="fake/m", **options)

    return ask
