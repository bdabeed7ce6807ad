#!/usr/bin/env bash
# evalica 0.4.2: of two models of which one wins 3 of 4 games, Newman's strengths are equal, or 9 to 1.
#
# Behaviour: without draws `newman` swings between two states and stops at its limit of 100 rounds wherever it is: 1 and 1,
#   and with limit=101 3 and 1/3; right is 3 to 1, which `bradley_terry` gives. One draw among the games, or a third model,
#   and it settles. A model that lost no game makes `bradley_terry` and `newman` give 0 to every model of the table, the
#   best and the worst alike, and `eigen` 0 to the winner alone and most to the last.
# Surprising: nothing is raised and nothing warned of; `iterations` equals the limit in the first case, and in the second
#   it is 2. Two models compared by a judge, and one that wins always, are the plainest cases that there are. A leaderboard
#   sorted by these scores is in the order of names.
# Expected: 3 to 1; and an error or infinity where the strongest one has no finite strength.
# Here: two models are compared pair by pair with an interval, and no strengths are fitted (workbench/analysis).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'evalica==0.4.2' 'numpy==2.4.6' 'pandas==3.1.1'

cat > expected <<'EXPECTED'
evalica 0.4.2
a>b a>b a>b a<b:
  bradley_terry: a 1.73, b 0.58 after 2 rounds
  newman: a 1.00, b 1.00 after 100 rounds
  newman, limit=101: a 3.00, b 0.33 after 101 rounds
  newman, limit=1000: a 1.00, b 1.00 after 1000 rounds
  newman, and a draw: a 1.73, b 0.58 after 36 rounds
a>b a>b a>c a>c b>c b>c b<c:
  bradley_terry: a 0.00, b 0.00, c 0.00 after 2 rounds
  newman: a 0.00, b 0.00, c 0.00 after 100 rounds
  eigen: a 0.00, b 0.55, c 0.83 after 100 rounds
  pagerank: a 0.45, b 0.29, c 0.26 after 100 rounds
EXPECTED

cat > run.py <<'PYTHON'
import warnings
from importlib.metadata import version

import evalica

warnings.simplefilter("error")
WINNERS = {">": evalica.Winner.X, "<": evalica.Winner.Y, "=": evalica.Winner.Draw}


def told(method, games, **options):
    first, winners, second = zip(*games.split(), strict=True)
    found = getattr(evalica, method)(first, second, [WINNERS[winner] for winner in winners], **options)
    scores = ", ".join(f"{name} {found.scores[name]:.2f}" for name in sorted(found.scores.index))
    return f"{scores} after {found.iterations} rounds"


print("evalica", version("evalica"))
games = "a>b a>b a>b a<b"
print(f"{games}:")
print("  bradley_terry:", told("bradley_terry", games))
print("  newman:", told("newman", games))
print("  newman, limit=101:", told("newman", games, limit=101))
print("  newman, limit=1000:", told("newman", games, limit=1000))
print("  newman, and a draw:", told("newman", games + " a=b"))
games = "a>b a>b a>c a>c b>c b>c b<c"
print(f"{games}:")
for method in ("bradley_terry", "newman", "eigen", "pagerank"):
    print(f"  {method}:", told(method, games))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
