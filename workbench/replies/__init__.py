"""What came back: thinking told from answer, usage, outcome, and a reply's card."""
