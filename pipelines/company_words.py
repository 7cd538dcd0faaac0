"""A changed company dictionary is followed while running: only posts with a changed word are read again."""

import json
from pathlib import Path

from models.language.analyzer import Analyzer
from models.language.dictionary import CompanyWord, Dictionary, changed_words, says_one_of
from models.store import Store

DICTIONARY_STATE = "dictionary"
"""The state that tells the words with which the posts have been read: a JSON list of [word, parts]."""


def follow_dictionary(store: Store, analyzer: Analyzer, path: Path | None) -> int:
    """Read with the words of this file from now on (none: without); returns how many posts are read again.

    Raises `BadInput` for a broken file: the words in use stay.
    """
    dictionary = Dictionary.load(path) if path else Dictionary()
    words = changed_words(_followed(store), dictionary)
    if dictionary.revision != analyzer.dictionary_revision:
        analyzer.use(dictionary)
    if not words:
        return 0
    # After the analyser has changed: posts must not become pending only to be read in the old way.
    reread = store.reread(says_one_of(words))
    entries = [(word.word, word.parts) for word in dictionary.words]
    store.set_state(DICTIONARY_STATE, json.dumps(entries, ensure_ascii=False))
    return reread


def _followed(store: Store) -> Dictionary:
    entries = json.loads(store.get_state(DICTIONARY_STATE) or "[]")
    return Dictionary(CompanyWord(word=word, parts=tuple(parts)) for word, parts in entries)
