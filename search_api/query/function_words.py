"""Words that shape a question and say little or nothing about its subject."""

import re
from collections.abc import Sequence

LIGHT_VERBS = frozenset({"되", "하", "있"})
NEGATIONS = frozenset({"안", "못"})
FRAME_NOUNS = frozenset({"이름", "것", "곳", "날짜"})
"""In last place they frame what is asked for: 설치하는 곳, 회의 날짜."""

VERSION_NOUNS = frozenset({"버전", "버젼", "version", "ver", "v", "릴리스", "릴리즈", "releas"})
"""Beside a version they frame it: who asks for 버전 1.2.3 is answered by v1.2.3."""

_INTERROGATIVES = (
    "무엇 뭐 뭣 누구 누가 어디 언제 왜 어떻게 어떻 어떡하 어떠하 어떠 어떤 어느 무슨 몇 얼마 얼마나"
)
INTERROGATIVES = frozenset(_INTERROGATIVES.split())
"""They say what kind of answer is wanted, not what it is about."""

_PERSON_WANTED = (
    "사람 분 담당 담당자 전문가 고수 알 아 잘 묻 물 물어보 여쭙 여쭈 여쭤보 알리 가르치 가르쳐주 도와주"
    " 돕 소개 추천 주 보 싶 필요 데 계시 통하 부탁 연락 문의 질문"
    " know knowledg expert contact ask person someon somebodi anyon help best talk"
)
PERSON_WANTED = frozenset(_PERSON_WANTED.split()) | LIGHT_VERBS | INTERROGATIVES
"""In a question for somebody who knows they say that a person is wanted, not what the person should know."""

_ASKING_WORDS = (
    "방법 법 관련 관하 대하 문의 질문 경우 때 정도 부탁 알 알리 알려주 가르치 가르쳐주 궁금하"
    " 궁금 돕 주 보 싶 찾 드리 pleas need want get tell show find know"
)
ASKING = LIGHT_VERBS | FRAME_NOUNS | frozenset(_ASKING_WORDS.split())
"""Words with which people ask for something else: an answer has no need to say them. By judgement."""

_ENGLISH = (
    "a an the and or of to in on at by for from with about as so if but i me my we us our you your it its"
    " they them this that these there is are was were be been am do does did have has had can could should"
    " would will what which who when where why how"
)
STOP_WORDS = frozenset(_ENGLISH.split())
"""English function words: indexed like any Latin run, since a title may be made of them."""

NEVER_NAMES = frozenset({"the", "an", "of", "and", "to", "with", "from", "for", "by"})
"""English function words that abbreviate nothing, in lower case: those left are IT, US, AS, OR in a hurry."""
SHOUTED = 3
"""So many words in capitals, and none otherwise, are a sentence that is shouted, and no abbreviations."""

_HANGUL = re.compile("[가-힣\u1100-\u11ff]")
_WORD = re.compile("[A-Za-z]+")


def function_words(words: Sequence[str]) -> list[bool]:
    """Of the white-space words of a question: whether each, if English, is only a function word there.

    In capitals it is none: IT, US and AS are what people ask about. Nor where it stands alone among Korean,
    which has no use for English function words.
    """
    latin = [bool(_WORD.search(word)) and not _HANGUL.search(word) for word in words]
    letters = [letter for word in words for letter in _WORD.findall(word)]
    korean = any(map(_HANGUL.search, words))
    # Nobody shouts in English amid Korean: IT VPN ERP 접속 are three abbreviations.
    shouted = not korean and len(letters) >= SHOUTED and all(word.isupper() for word in letters)
    found = []
    for place, word in enumerate(words):
        bare = "".join(_WORD.findall(word))
        function = bare.lower() in STOP_WORDS
        if function and len(bare) > 1 and bare.isupper() and not shouted:
            function = False
        elif function and korean and bare not in NEVER_NAMES:
            function = any(latin[max(0, place - 1) : place]) or any(latin[place + 1 : place + 2])
        found.append(function)
    return found
