"""Which rules tag posts: what is known of a tagger before it is loaded, for only who reads posts loads it."""

from models.language.vocabulary import Vocabulary

RULES = "2"
"""Changes with any rule, list or weight of tagging that is not in the vocabulary."""
TAGGED_PASSAGES = 3
"""Passages of a long post that are tagged: what it is about stands at its start, and cost is bounded."""


def tagger_revision(vocabulary: Vocabulary) -> str:
    """Changes whenever the same tokens may give other tags."""
    return f"{RULES}-{vocabulary.digest}"
