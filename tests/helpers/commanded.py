"""A command as its user sees it, in this process: quicker than a Python of its own for each."""

import contextlib
import io
import os
import signal
import sys
import types
import warnings
from unittest import mock

from workbench.cli import main


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def workbench(*arguments, stdin=None, terminal=False, **environment):
    """Run a command; what it printed and its exit status. With `terminal`, `stdin` is what a person types."""
    kind = Terminal if terminal else io.StringIO
    out, err, typed = io.StringIO(), kind(), kind(stdin or "")
    status = 0
    ends = {end: signal.getsignal(end) for end in (signal.SIGINT, signal.SIGTERM)}
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["workbench", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", typed),
        mock.patch.object(warnings, "showwarning", warnings.showwarning),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        warnings.simplefilter("always")
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        finally:
            for end, handler in ends.items():
                signal.signal(end, handler)
    return types.SimpleNamespace(returncode=status, stdout=out.getvalue(), stderr=err.getvalue())
