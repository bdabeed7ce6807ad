"""The command that asks one question, of one or several models: `ask`."""

from __future__ import annotations

import json
import os
import select
import stat
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from workbench.cli.options import fallback_option, named, param_option, params_of
from workbench.cli.output import json_option, reply_json
from workbench.errors import InputError, WorkbenchError

DEFAULT_MODEL: Final = "local/smollm2-135m-think"
_SECONDS_BEFORE_A_NOTE: Final = 2.0


@click.command()
@click.argument("prompt", required=False)
@click.option(
    "--model",
    "-m",
    "models",
    multiple=True,
    default=(DEFAULT_MODEL,),
    show_default=True,
    help="provider/model; given several times, or with commas, all are asked at once.",
)
@click.option("--system", help="The system part of the prompt.")
@click.option("--max-tokens", type=int, help="For thinking and answer together.")
@click.option("--temperature", type=float)
@click.option("--sample", type=int, default=0, help="Another number is another draw.")
@click.option("--refresh", is_flag=True, help="Buy anew what is kept.")
@click.option("--timeout", type=float, help="Seconds for the whole call.")
@click.option("--max-usd", type=float, help="Never spend more than this on one reply.")
@param_option
@fallback_option
@json_option
def ask(
    prompt: str | None,
    models: Sequence[str],
    params: Sequence[str],
    fallback: Sequence[str],
    as_json: bool,
    **options: Any,
) -> None:
    """Ask one question.

    Text that is piped in joins it, after a blank line: `cat notes.txt | workbench ask "Sum this up:"`. Without a
    question, or with - for one, the piped text is the question. The answer goes to stdout, the thinking, dimmed, to
    stderr. Of several models each answer stands below the model's name, or on a line of its own with --json.
    """
    from workbench.asking.ask import stream

    question = with_piped(prompt)
    asked = named(models)
    if fallback:
        options["fallback"] = named(fallback)
    streams = [(model, stream(question, model=model, **options, **params_of(params))) for model in asked]
    failed = False
    for model, pieces in streams:
        try:
            if as_json:
                print(json.dumps(reply_json(pieces.reply)), flush=True)
            else:
                if len(asked) > 1:
                    print(f"{'' if model == asked[0] else chr(10)}{model}:", flush=True)
                _show(pieces)
        except WorkbenchError as error:
            if len(asked) == 1:
                raise
            failed = True  # the others are told, too
            print(f"workbench: {model}: {error}", file=sys.stderr)
    if failed:
        sys.exit(1)


def with_piped(prompt: str | None) -> str:
    """The question, with the text that is piped in; raises `UsageError` where there is neither."""
    piped = "" if prompt not in (None, "-") and not _is_piped() else _read_piped()
    given = "" if prompt in (None, "-") else str(prompt)
    if prompt is None and not piped.strip():
        raise click.UsageError("Missing argument 'PROMPT', and no text is piped in.")
    return f"{given}\n\n{piped.rstrip()}" if given and piped.strip() else given or piped


def _is_piped() -> bool:
    """Whether text comes through a pipe or from a file; a terminal, or nothing at all, is not waited for."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def _read_piped() -> str:
    if sys.stdin is None or sys.stdin.isatty():
        return ""
    if _is_piped() and os.name != "nt" and not select.select([sys.stdin], [], [], _SECONDS_BEFORE_A_NOTE)[0]:
        print("waiting for the text that is piped in; `< /dev/null` says that there is none", file=sys.stderr)
    source = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read() if source is None else text_of(source.read())


def text_of(piped: bytes) -> str:
    """What was piped in, as text; raises `InputError` where it is none, for nothing of it should be sent then.

    >>> text_of(b"caf\\xc3\\xa9\\r\\n"), text_of("caf\\xe9".encode("utf-16"))
    ('caf\xe9\\n', 'caf\xe9')
    """
    encoding = "utf-16" if piped[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = piped.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"what is piped in is no text in UTF-8: byte {error.start + 1:,} is "
            f"{piped[error.start : error.start + 1]!r}; convert it first, as with iconv -f latin1 -t utf-8"
        ) from None
    if "\0" in text:
        raise InputError("what is piped in holds zero bytes, as no text does; pipe the text of the file in")
    return text.replace("\r\n", "\n")


def _show(pieces: Any) -> None:
    """Print a reply while it comes."""
    from workbench.replies.outcomes import OUTCOME_WORDS
    from workbench.replies.reply import foot_line
    from workbench.show.markdown import visible

    dim, undimmed = ("\033[2m", "\033[0m") if sys.stderr.isatty() else ("", "")
    last = ""
    for piece in pieces:
        if piece.kind == "thinking":
            print(f"{dim}{visible(piece.text)}{undimmed}", end="", file=sys.stderr, flush=True)
        else:
            if last == "thinking":
                print(file=sys.stderr)
            print(visible(piece.text), end="", flush=True)
        last = piece.kind
    print(file=sys.stderr if last == "thinking" else sys.stdout)
    reply = pieces.reply
    ended = "" if reply.outcome == "answered" else f"[{OUTCOME_WORDS[reply.outcome]}] "
    print(f"{ended}{visible(foot_line(reply))}", file=sys.stderr)
