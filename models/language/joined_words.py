"""Words of the office that are one word in one spelling and two in another: apikey is API key and API 키.

Whichever is written also gives the one word in Latin letters, by which all of them find each other.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from string import ascii_lowercase
from typing import NamedTuple

from models.language.analyzer import Role, Term, Token
from models.language.english import stem
from models.language.laid_words import standing
from models.language.word_trees import word_tree

# In Latin letters, in two words; then as it is spelt otherwise, with a blank where one may stand.
_SPELT = """
access key: 액세스 키, 엑세스 키
access token: 액세스 토큰, 엑세스 토큰
action plan: 액션 플랜
api key: api 키, 에이피아이 키
api token: api 토큰
back end: 백 엔드
back up: 백업
bar code: 바코드
bench mark: 벤치마크
big data: 빅 데이터
black box: 블랙 박스
black list: 블랙 리스트
bug fix: 버그 픽스
chat bot: 챗 봇
check list: 체크 리스트
clean room: 클린 룸
code base: 코드 베이스
cycle time: 사이클 타임
dash board: 대시 보드
data base: 데이터 베이스
data center: 데이터 센터
data lake: 데이터 레이크
data set: 데이터 셋, 데이터 세트
data sheet: 데이터 시트
down time: 다운 타임
end point: 엔드 포인트
fail over: 페일 오버
fire wall: 파이어 월
flow chart: 플로 차트, 플로우 차트
fork lift: 포크 리프트
front end: 프론트 엔드, 프런트 엔드
full stack: 풀 스택
git hub: 깃 허브, 깃헙
guide book: 가이드 북
guide line: 가이드 라인
help desk: 헬프 데스크
home page: 홈 페이지
host name: 호스트 네임
hot fix: 핫 픽스
hot line: 핫 라인
java script: 자바 스크립트
kick off: 킥 오프
lead time: 리드 타임
life cycle: 라이프 사이클
load balancer: 로드 밸런서
load balancing: 로드 밸런싱
log in:
log out:
master plan: 마스터 플랜
micro service: 마이크로 서비스
name space: 네임 스페이스
news letter: 뉴스 레터
on boarding: 온 보딩
on premise: 온 프레미스, 온 프레미즈
open source: 오픈 소스
play book: 플레이 북
power point: 파워 포인트
road map: 로드 맵
roll back: 롤백
run book: 런북
sales force: 세일즈 포스
screen shot: 스크린 샷
share point: 셰어 포인트, 쉐어 포인트
snap shot: 스냅 샷
spread sheet: 스프레드 시트
start up: 스타트업
sub net: 서브넷
tact time: 택트 타임
test bed: 테스트 베드
time line: 타임 라인
time out: 타임 아웃
time sheet: 타임 시트
time stamp: 타임 스탬프
time zone: 타임 존
touch screen: 터치 스크린
type script: 타입 스크립트
user name: 유저 네임
web hook: 웹 훅
web mail: 웹 메일
web page: 웹 페이지
web site: 웹 사이트
white list: 화이트 리스트
work flow: 워크 플로, 워크 플로우
work load: 워크 로드
work sheet: 워크 시트
work shop: 워크 숍, 워크 샵
work space: 워크 스페이스
work station: 워크 스테이션
"""


class _Spelling(NamedTuple):
    """The one word in Latin letters, and where the second piece of this spelling begins."""

    whole: str
    border: int


def _entries() -> Iterator[tuple[str, list[list[str]]]]:
    """Each as one word in Latin letters, and its spellings, in one piece or two."""
    for line in _SPELT.strip().splitlines():
        latin, _, others = line.partition(":")
        spellings = (spelling.split() for spelling in (latin, *others.split(",")))
        yield latin.replace(" ", ""), [spelling for spelling in spellings if spelling]


def _spellings() -> dict[str, _Spelling]:
    """All but the one word in Latin letters, which is read as such."""
    found = {}
    for whole, spellings in _entries():
        for pieces in spellings:
            for between in (" ",) if "".join(pieces).isascii() else (" ", ""):
                text = between.join(pieces)
                found[text] = _Spelling(whole, len(text) - len(pieces[-1]))
    return found


def _split(spellings: Mapping[str, _Spelling]) -> dict[str, list[str]]:
    """What is looked for, with what stands before it.

    Of a spelling that begins in Latin letters only the rest is: every English word begins like some of them.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for text in spellings:
        rest = text.lstrip(ascii_lowercase)
        found[rest].append(text.removesuffix(rest))
    return found


def _end(rest: str, firsts: list[str]) -> str:
    before = "|".join(f"(?<={first}{rest})" for first in firsts if first)
    return (f"(?:{before})" if before else "") + ("s?+(?![a-z])" if rest[-1].isascii() else "")


_KNOWN = _spellings()
_FIRSTS = _split(_KNOWN)
# Apart, because what begins with one certain character is sought fastest.
_SECOND, _OTHER = (
    re.compile(
        word_tree((rest, _end(rest, firsts)) for rest, firsts in _FIRSTS.items() if (rest[0] == " ") is blank)
    )
    for blank in (True, False)
)


@cache
def pieces_of_words() -> dict[str, frozenset[str]]:
    """By the term that all spellings of a word share, the terms behind which it stands as another spelling.

    Made when it is first asked for, because stemming takes long to load.
    """
    return {
        stem(whole): frozenset(
            {stem(piece) for it in spellings for piece in it} | {"".join(it) for it in spellings}
        )
        for whole, spellings in _entries()
    }


def may_hold(text: str) -> bool:
    """Whether a text, in lower case, has any such word; most have none."""
    return bool(_SECOND.search(text)) or not (text.isascii() or _OTHER.search(text) is None)


def with_joined_words(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of a text, those of such a word with the one term that all of its spellings share.

    Each of its two words keeps its own token and terms. Where an analyser cuts it elsewhere, because it does
    not know it (온프레미스 is 온, 프레 and 미스), it becomes one token and word.
    """
    starts = {token.start: place for place, token in enumerate(tokens)}
    read: list[Token] = []
    done = 0
    for found in sorted(chain(_SECOND.finditer(text), _OTHER.finditer(text)), key=re.Match.start):
        rest = found[0] if found[0] in _FIRSTS else found[0][:-1]
        first = next(first for first in _FIRSTS[rest] if text.endswith(first, 0, found.start()))
        start, end = found.start() - len(first), found.end()
        place = starts.get(start, -1)
        # A part of a word is none: API 키워드.
        if place < done or (word := standing(text, tokens, place, end)) is None:
            continue
        spelling = _KNOWN[first + rest]
        covered = tokens[place : word.past]
        if word.particle or not _is_known(covered, start + spelling.border):
            form = (first + rest).replace(" ", "")
            covered = [Token(start, end, "NNG", (Term(form, start, end, "NNG"),))]
        read += [*tokens[done:place], *(_with_whole(token, stem(spelling.whole)) for token in covered)]
        read += word.particle
        done = word.past
    return read + tokens[done:]


def _is_known(tokens: list[Token], border: int) -> bool:
    """Whether tokens are one word or two, of which the second begins at the border."""
    whole = len(tokens) == 1 or (len(tokens) == 2 and tokens[1].start == border)
    return whole and all(token.terms for token in tokens)


def _with_whole(token: Token, whole: str) -> Token:
    spelt = Term(whole, token.start, token.end, "SL", Role.VARIANT)
    return token._replace(terms=(*token.terms, spelt))
