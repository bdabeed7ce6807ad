"""A team's store beside one's own: read through, bought once, paced and paid for together."""
