"""In what order? Pure functions of candidates, and the files of their weights."""
