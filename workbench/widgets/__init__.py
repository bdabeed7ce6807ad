"""What is touched in a notebook: the prompt lab, models side by side, the `%%ask` magic."""
