"""Where a request goes, and where it does not follow."""

import pytest
from asked import ask
from fakes.server import FakeServer, error_response

from workbench.errors import (
    Redirected,
)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status):
    with FakeServer() as elsewhere:
        location = {"Location": f"{elsewhere.base_url}/chat/completions"}
        with FakeServer(error_response(status, headers=location)) as server, pytest.raises(Redirected):
            ask(server)
    assert elsewhere.requests == []
    assert server.hits == 1
