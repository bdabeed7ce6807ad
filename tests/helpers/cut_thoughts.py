"""Rows of kept thoughts, and of the answers from where they were cut."""

from workbench.analysis.exits import AT, OF, THOUGHT
from workbench.rows.table import frame


def kept(number=60):
    """Kept replies, all right, each with a hundred tokens of thought."""
    return frame(
        [
            {
                "task_id": str(n),
                "model": "m",
                "prompt": "p",
                "outcome": "answered",
                "correct": True,
                "extracted": "7",
                "key": f"k{n}",
                "thinking_tokens": 100,
                "answer_tokens": 4,
                "completion_tokens": 104,
            }
            for n in range(number)
        ]
    )


def stopped(rights, number=60):
    """Exits at the places of `rights`, each right in that share of the tasks."""
    rows = [
        {
            "task_id": str(n),
            "model": "m",
            "prompt": "p",
            "outcome": "answered",
            "correct": n < share * number,
            "extracted": "7" if n < share * number else "8",
            "completion_tokens": 5,
            AT: at,
            THOUGHT: 100.0 * at,
            OF: f"k{n}",
        }
        for at, share in rights.items()
        for n in range(number)
    ]
    return frame(rows)
