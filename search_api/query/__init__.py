"""What was asked? A question is read once, into words with weights, expansions and a vector."""
