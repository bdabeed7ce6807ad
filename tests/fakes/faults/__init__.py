"""What providers do to a call, and what its caller is promised then."""
