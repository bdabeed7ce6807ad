"""Numbers in sentences, with their units: which of them an answer gives."""
