"""One reply in the words of every provider: whole, streamed, and what must be read from it."""
