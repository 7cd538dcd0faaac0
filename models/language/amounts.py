"""Amounts in words and figures: 1천만, 1,000만 and 천만 원 are all 10,000,000."""

import re
from decimal import Decimal

from models.language.analyzer import Role, Term, Token

MAY_HOLD = re.compile(
    "[0-9] ?[십백천만억조]|[일이삼사오육칠팔구십백천만억조]{2} ?(?:원|달러|엔|위안|유로|명|개|건|톤)"
)
"""Texts without it hold no amount."""

_FIGURES = re.compile(r"\d[\d,]*(?:\.\d+)?")
_UNITS = re.compile("[십백천만억조]+")
_WORDS = re.compile("[일이삼사오육칠팔구십백천만억조]+")
_CURRENCIES = ("원", "달러", "엔", "위안", "유로")
_COUNTED = re.compile(
    "[명개건톤](?:(?:이|은|을|의|에|으로|로|씩|당|도|만|까지|쯤|정도|가량|이상|이하|미만)?(?![가-힣])|입니|이었|이다|인데)"
)
"""Before them a word of number counts only if the analyser takes it for one: 구조 is rescue, too."""
_NUMERALS = ("NR", "SN")
_DIGITS = {digit: value for value, digit in enumerate("일이삼사오육칠팔구", 1)}
_SMALL = {"십": 10, "백": 100, "천": 1_000}
_ORDER = {"만": 1, "억": 2, "조": 3}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_PART = re.compile(r"\d[\d,]*(?:\.\d+)?|[일이삼사오육칠팔구십백천만억조]")
MOST_DIGITS = 20
"""Figures of an amount. What has more is no amount of anything."""


def with_amounts(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a text, those of one amount as one, which also gives the amount in figures."""
    read: list[Token] = []
    place = 0
    while place < len(tokens):
        count = _figured(text, tokens, place) or _worded(text, tokens, place)
        start, end = tokens[place].start, tokens[place + max(count, 1) - 1].end
        if count and (value := amount(text[start:end])) is not None:
            terms = [term for token in tokens[place : place + count] for term in token.terms]
            read.append(Token(start, end, "SN", (*terms, Term(str(value), start, end, "SN", Role.VARIANT))))
            place += count
        else:
            read.append(tokens[place])
            place += 1
    return read


def amount(text: str) -> int | None:
    """What figures and words of number say together; None where it is no whole number, or too large."""
    total = section = Decimal(0)
    number: Decimal | None = None
    for part in _PART.findall(text):
        if part in _SMALL:
            section += (1 if number is None else number) * _SMALL[part]
            number = None
        elif part in _LARGE:
            section += number or 0
            total += (section or 1) * _LARGE[part]
            section, number = Decimal(0), None
        elif number is not None:
            return None
        else:
            number = Decimal(_DIGITS.get(part) or part.replace(",", ""))
    if total % _LARGE["조"] % _LARGE["억"] == 0 < section < _LARGE["만"] and number is None and total:
        section *= _LARGE["만"]  # 1억 5천 are said for 1억 5천만
    total += section + (number or 0)
    whole = total == total.to_integral_value() and total < 10**MOST_DIGITS
    return int(total) if whole else None


def _figured(text: str, tokens: list[Token], first: int) -> int:
    """How many tokens from a number on are an amount of figures and units, 1억 2천만; 0 if none are."""
    count, place, unit = 0, first, len(_ORDER) + 1
    while place < len(tokens) and _FIGURES.fullmatch(text, tokens[place].start, tokens[place].end):
        if count and text[tokens[place - 1].end : tokens[place].start] not in ("", " "):
            break
        place += 1
        units = place
        while place < len(tokens) and _UNITS.fullmatch(text, tokens[place].start, tokens[place].end):
            if tokens[place].start != tokens[place - 1].end:
                break
            place += 1
        order = _ORDER.get(text[tokens[place - 1].end - 1], 0)
        joined = count > 0 and tokens[units - 1].start == tokens[units - 2].end
        if place == units and joined and unit > 0 and tokens[place - 1].end - tokens[place - 1].start > 2:
            return place - first  # 12만3,400
        # Each unit is less than the one before: 3억 2억 are two amounts, 3백5십만 are one.
        if place == units or (order >= unit and not (joined and unit == 0)):
            break
        count, unit = place - first, order
    return count


def _worded(text: str, tokens: list[Token], first: int) -> int:
    """How many tokens are an amount in words of two syllables at least, before a currency; 0 if none are."""
    place = first
    while place < len(tokens) and _WORDS.fullmatch(text, tokens[place].start, tokens[place].end):
        if place > first and tokens[place].start != tokens[place - 1].end:
            break
        place += 1
    if place == first:
        return 0
    end = tokens[place - 1].end
    after = text[end : end + 6].lstrip(" ")
    numeral = all(token.tag in _NUMERALS for token in tokens[first:place]) and text[end - 1] != "조"
    sums = after.startswith(_CURRENCIES) or (numeral and _COUNTED.match(after))
    return place - first if sums and end - tokens[first].start > 1 else 0
