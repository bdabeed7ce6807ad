"""Many requests at once, at another price: handed over, remembered, looked after and fetched."""
