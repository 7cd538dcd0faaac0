"""A page of answers: threads, snippets, cursors, facets."""
