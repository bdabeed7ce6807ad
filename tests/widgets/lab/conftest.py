"""A fake model for the prompt lab."""

import pytest
from fakes.server import HANG, RESET, FakeServer, completion, sse_response
from panels import HEARD, HOSTILE

import workbench as wb


@pytest.fixture
def provider():
    """A provider that answers, thinks before it does, and dies in mid-stream or hangs when asked to."""
    good = completion("It is **5**.", thinking="2 and 3 make 5.", dialect="moonshot")

    def script(request):
        if "hang" in request.prompt:
            return sse_response([HEARD, HANG])
        if "die" in request.prompt:
            return sse_response([HEARD, RESET])
        if "<img" in request.prompt:
            return completion(HOSTILE, thinking=HOSTILE)(request)
        return good(request)

    with FakeServer(script) as server:
        wb.add_provider("fake", base_url=server.base_url, dialect="moonshot")
        yield server
