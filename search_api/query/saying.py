"""What a text says of a question: which of its words, and how much of all."""

from collections.abc import Collection, Iterable, Mapping

from indexer.engine import TextField, Word

TRANSLATION_SHARE = 0.6
"""What a translation says of a word, before how alike the two are. Of the judged subjects for tuning that
nobody knows 10 of 10 name nobody with .6, 9 with 1; of 6 across languages .5 leaves one without anybody."""
LIGHT = 0.2
"""What weighs no more in a question shapes it: function words of English, frame nouns, negations."""
UNEXPANDED: Mapping[Word, Word] = {}


def asked_forms(words: Iterable[Word]) -> dict[str, float]:
    """The index terms that a question asks for, with their weights."""
    return {
        clause.term: clause.weight
        for word in words
        for clause in word.clauses
        if clause.field is TextField.TERMS
    }


def telling_forms(words: Iterable[Word]) -> frozenset[str]:
    """The index terms on which it depends what a text says of a question: no others need be looked at."""
    return frozenset(
        form
        for word in words
        for clause in word.clauses
        if clause.field is TextField.TERMS
        for form in (clause.term, *clause.same, *clause.beside)
    )


def said_forms(words: Iterable[Word], forms: Collection[str]) -> dict[str, float]:
    """What a text of these terms says of a question, with weights: what a snippet highlights.

    A part of a compound only beside all the others.
    """
    said = [
        clause
        for word in words
        for clause in word.clauses
        if clause.field is TextField.TERMS and clause.is_said(forms)
    ]
    return {form: clause.weight for clause in said for form in (*clause.same, clause.term) if form in forms}


def says(word: Word, forms: Collection[str]) -> bool:
    """Whether a text of these terms says a word: a compound by itself or by all its parts, not by one."""
    return any(clause.field is TextField.TERMS and clause.is_said(forms) for clause in word.clauses)


def told_words(words: Iterable[Word]) -> int:
    """How many of the words are more than the shape of a question; a compound and its parts are one."""
    return sum(any(weight > LIGHT for weight in asked_forms([word]).values()) for word in words)


def coverage(
    words: Mapping[Word, float], forms: Collection[str], expanded: Mapping[Word, Word] = UNEXPANDED
) -> float:
    """The share of the words, each given its idf, that a text of these terms speaks of: 0 to 1.

    What is said by a translation in one of the `expanded` words is said as far as the two are alike.
    """
    total = found = 0.0
    for word, idf in words.items():
        weights = asked_forms([word]).values()
        # A compound and its parts are one word, of which no more than the whole can be said. The square:
        # words of little weight are said everywhere, so that 안 되다 alone speaks of nothing.
        weight = min(1.0, sum(weights)) ** 2 * idf
        total += weight
        if says(word, forms):
            found += weight
        elif translations := said_forms([expanded[word]], forms) if word in expanded else {}:
            said = max(translations.values())
            found += weight * TRANSLATION_SHARE * min(1.0, said / max(weights))
    return found / total if total else 0.0
