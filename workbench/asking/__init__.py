"""The only door to a model: kept already, or bought once and booked."""
