"""Bytes by key, durable, never evicting."""
