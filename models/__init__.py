"""What a post, a person and a word are: records, errors, the store, and the reading of language."""
