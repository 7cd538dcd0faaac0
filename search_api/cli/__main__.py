"""Runs the command line: `python -m search_api.cli`."""

from search_api.cli import main

main()
