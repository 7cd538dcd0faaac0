"""Ranking: how well each candidate that the index proposed answers the question, by its words."""
