"""Whether an answer says of a passage's value what the passage says of another: `X built it`, where X but opened it."""

from __future__ import annotations

import itertools
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, worded
from workbench.scorers.sentences.asked import common_stems, stems

PARTS: Final = re.compile(
    rf"[;,](?!\d)\s?|[，；、]|。|[.!?]\s|\s(?={worded('although', 'turn')}\s)|\s{as_written('plain_and')}\s|\n"
    rf"|{as_written('joined_and')}"
)
"""Where a clause ends."""
_SENTENCES: Final = re.compile(r"(?<=[.!?؟:])\s+|(?<=[。！？：])|\n+")
_LONGEST: Final = 4_000
_MOST_PLACES: Final = 4
_AROUND: Final = 400
"""Characters before and after a mention of the value that are looked at."""


def parted(question: str) -> tuple[str, str]:
    """What a question tells before it asks, and its last sentence, which asks.

    >>> parted("Passage: Ada built it. Bob paid. Who built it?")
    ('Passage: Ada built it. Bob paid.', 'Who built it?')
    """
    pieces = [piece for piece in _SENTENCES.split(question[-_LONGEST:]) if piece and piece.strip()]
    return (" ".join(piece.strip() for piece in pieces[:-1]), pieces[-1].strip()) if pieces else ("", "")


def is_told_of_another(clause: str, said: str, question: str) -> bool:
    """Whether a clause of an answer has words that the passage of the question only says of other values.

    >>> question = "The mill was built by Ada and sold by Bob. Who sold the mill?"
    >>> [is_told_of_another(clause, "Bob", question) for clause in ("Bob built the mill", "it was sold by Bob", "Bob")]
    [True, False, False]
    """
    passage, asked = parted(question)
    name = said.lower()
    places = [match.start() for match in re.finditer(re.escape(name), passage.lower())][:_MOST_PLACES]
    told = stems(clause.lower().replace(name, " ")) - common_stems() - stems(said)
    if not places or not told:
        return False
    window = passage[max(0, places[0] - _AROUND) : places[-1] + _AROUND]
    bounds = [0, *(match.end() for match in PARTS.finditer(window)), len(window)]
    clauses = [window[begin:end].lower() for begin, end in itertools.pairwise(bounds)]
    own = {stem for each in clauses if name in each for stem in stems(each.replace(name, " "))}
    others = {stem for each in clauses if name not in each for stem in stems(each)}
    return bool(told & (others - own - stems(asked))) and not told & (own - others)
