"""In what order? What a candidate says of the question, by words and by meaning, and what it weighs."""
