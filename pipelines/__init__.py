"""How a post gets in: source, normalise, store, annotate, publish."""
