"""Trains the static encoder: `python -m models.language.training --help`."""
