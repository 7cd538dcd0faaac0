"""Taking part: posting, reacting, accepting, following."""
