"""A grid of calls becomes rows, within a sum."""
