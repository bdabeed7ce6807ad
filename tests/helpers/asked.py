"""Questions put to a fake server."""

from fakes.server import HANG, completion, sse_response
from fakes.server.bodies import chunk, event_bytes

import workbench as wb

QUESTION = "How many sheep are left?"


def ask(server, prompt=QUESTION, *, model="m", **options):
    return wb.ask(prompt, model=serve(server, model), **options)


def serve(server, model="m", **facts):
    wb.add_provider("fake", base_url=server.base_url, **facts)
    return f"fake/{model}"


def began(text):
    """A stream that says `text`, and then nothing more for ever."""
    return sse_response((event_bytes(chunk({"content": text}, model="m"), "\n"), HANG))


SLOW = completion("Nine.", delay_seconds=0.3)


class Flights(dict):
    """In place of `call._flights`: the calls under way, and how many came to wait for that of another."""

    followers = 0

    def get(self, *place):
        found = super().get(*place)
        self.followers += found is not None
        return found


ADDRESS = "https://fake.invalid/v1"


def move_home(monkeypatch, folder):
    monkeypatch.setenv("WORKBENCH_CACHE", str(folder))
