r"""A template as it is typed in a shell, which hardly lets line breaks pass: `\n` is one, and `\nabla` is not."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re

_BREAKS: Final = {"n": "\n", "t": "\t"}
_COMMANDS: Final = (
    "nabla natural ncong ne nearrow neg neq newcommand newline newpage nexists ngeq ngtr nleq nless nmid"
    " nobreak nonumber normalsize not notin nparallel nrightarrow nsim nsubseteq nsupseteq nu nwarrow tan tanh"
    " tau tbinom text textbackslash textbf textcolor textit textnormal textrm textsc textsf textsl"
    " textsubscript textsuperscript texttt textup tfrac therefore theta thinspace thickspace tilde times tiny"
    " title to top triangle triangledown triangleleft triangleright twoheadrightarrow"
)
"""Commands of LaTeX that begin as the two signs do. `\ni` and `\ns` are left out: `i)` and words begin lines."""
_NAMES: Final = frozenset(_COMMANDS.split())
_SIGN: Final = re.compile(r"(?<!\\)\\(?=([nt])([a-zA-Z]*))[nt]")


def with_breaks(typed: str) -> str:
    r"""Put a line break for `\n` and a tab for `\t`, but for the commands of LaTeX that begin so.

    >>> with_breaks(r"{{ question }}\nAnswer in \text{cm}, as \nu.")
    '{{ question }}\nAnswer in \\text{cm}, as \\nu.'
    """
    return _SIGN.sub(lambda sign: sign[0] if sign[1] + sign[2] in _NAMES else _BREAKS[sign[1]], typed)
