"""A wrong address says which address answered what, and what the server serves."""

import pytest
from fakes.server import FakeServer, completion, error_response

import workbench as wb
from workbench.errors import BadResponse, NotFound


class Strict(FakeServer):
    """A server that answers below /v1 and nowhere else."""

    async def _response(self, request):
        if not request.path.startswith("/v1/") or "deep" in request.path:
            return error_response(404, f"no such address: {request.path}")
        return await super()._response(request)


@pytest.fixture
def server():
    with Strict(completion("25")) as server:
        yield server


def test_an_address_without_v1_is_told_the_one_that_answers(server):
    base = server.base_url.removesuffix("/v1")
    wb.add_provider("mine", base_url=base)
    with pytest.raises((NotFound, BadResponse)) as found:
        wb.ask("5 × 5?", model="mine/fake-model")
    said = str(found.value)
    assert f"{base}/chat/completions: the provider answered 404" in said
    assert f'{base}/v1 answers, and serves fake-model: write base_url = "{base}/v1" below [providers.mine]' in said


def test_a_model_that_is_not_there_is_answered_with_those_that_are():
    with FakeServer(error_response(404, "no such model")) as server:
        wb.add_provider("mine", base_url=server.base_url)
        with pytest.raises(NotFound, match=r"serves fake-model, and 'fake-modle' is none of them; did you mean mine/"):
            wb.ask("5 × 5?", model="mine/fake-modle")


def test_the_server_is_asked_once_however_many_calls_fail(server):
    base = server.base_url.removesuffix("/v1") + "/deep"
    wb.add_provider("mine", base_url=base)
    rows = wb.sweep([f"{n}?" for n in range(5)], models="mine/m", concurrency=1)
    assert rows["error_message"].str.contains("Nothing there speaks as a model server; check base_url").any()
    assert sum("/models" in request.path for request in server.requests) <= 2


def test_servers_of_ones_own_are_free_unless_a_price_is_given(server, tmp_path):
    wb.add_provider("mine", base_url=server.base_url)
    reply = wb.ask("5 × 5?", model="mine/m", max_usd=0.01)
    assert (reply.usd, reply.usd_source) == (0.0, "own price")
    wb.add_provider("gateway", base_url=server.base_url, free=False)
    with pytest.raises(wb.errors.BudgetExceeded):
        wb.ask("6 × 6?", model="gateway/m", max_usd=0.01)
    assert wb.ask("6 × 6?", model="gateway/m", max_usd=None).usd is None
    assert not wb.add_provider("far", base_url="https://far.example/v1").free
    assert wb.add_provider("near", base_url="http://192.168.1.9:8000/v1", dialect="vllm").free
    assert not wb.add_provider("proxy", base_url="http://192.168.1.9:8000/v1", dialect="openrouter").free
    (tmp_path / "workbench.toml").write_text(
        '[models."mine/dear"]\nusd_per_million = { input = 1000000, output = 1000000 }\n'
    )
    with pytest.raises(wb.errors.BudgetExceeded):
        wb.ask("7 × 7?", model="mine/dear", max_usd=0.01)
