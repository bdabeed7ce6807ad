"""What an answer says in its sentences, what it denies or doubts, and what it only says again."""
