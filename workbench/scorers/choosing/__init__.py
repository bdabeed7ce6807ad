"""Options of a question: which of them an answer takes."""
