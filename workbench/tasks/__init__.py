"""What is asked: tasks from any file, prompts and their templates."""
