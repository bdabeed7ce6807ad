"""Formulas: read into trees, and compared by what they mean."""
