"""What a follow-up refers to the question before with, and by what it is replaced."""
