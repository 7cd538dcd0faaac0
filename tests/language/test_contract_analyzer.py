"""What every analyser must do; `conftest.py` supplies them. What one alone does is in its own file."""

import random
import threading
import unicodedata
from collections.abc import Callable

import pytest

from models.language.analyzer import Analyzer, Role, Term
from models.language.analyzers import AnalyzerName, load_analyzer
from models.language.dictionary import CompanyWord, Dictionary
from models.language.mecab import MecabAnalyzer
from models.language.normalization import fold
from models.language.terms import terms

CRM = CompanyWord(word="고객관리시스템", parts=("고객", "관리", "시스템"))


def forms(analyzer: Analyzer, text: str) -> list[str]:
    return [term.form for term in terms(analyzer.analyze(text))]


def check_places(analyzer: Analyzer, text: str) -> None:
    """Tokens come in order, apart from each other, and leave out only what is blank."""
    end = 0
    for token in analyzer.analyze(text):
        assert end <= token.start < token.end
        assert not fold(text[end : token.start]).strip()
        end = token.end
        for term in token.terms:
            assert term.form
            assert token.start <= term.start < term.end <= token.end
            if term.tag in ("NNG", "NNP") and token.tag in ("NNG", "NNP"):
                assert fold(text[term.start : term.end]).strip("()") == term.form
    assert not fold(text[end:]).strip()


def test_content_morphemes_are_terms_and_particles_and_endings_are_none(any_analyzer: Analyzer) -> None:
    assert forms(any_analyzer, "어제 결재가 좋았습니다.") == ["어제", "결재", "좋"]


def test_an_inflected_word_gives_its_stem_over_its_whole_surface(any_analyzer: Analyzer) -> None:
    assert terms(any_analyzer.analyze("서버가 느려요"))[1:] == [Term("느리", 4, 7, "VA")]


def test_english_is_stemmed_in_lower_case(any_analyzer: Analyzer) -> None:
    assert forms(any_analyzer, "Deploying 하다 deployed됨")[0] == "deploy"
    assert forms(any_analyzer, "don't restart the server's disks") == [
        "do", "restart", "the", "server", "disk",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "parts"),
    [
        ("ERR-1042가 떠요", "err-1042", ["err", "1042"]),
        ("ORA-00942: 오류", "ora-00942", ["ora", "00942"]),
        ("코드 0x80070005", "0x80070005", ["0", "80070005"]),
        ("DURE-123번", "dure-123", ["dure", "123"]),
        ("v2.3.1로", "v2.3.1", ["2", "3", "1"]),
        ("파이썬3.11", "3.11", ["3", "11"]),
        ("report_final.xlsx", "report_final.xlsx", ["report", "final", "xlsx"]),
        ("help@dure.example", "help@dure.example", ["help", "dure", "exampl"]),
        ("ERP2에서", "erp2", ["erp", "2"]),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000",
         ["550e8400", "e29b", "41d4", "a716", "446655440000"]),
    ],
)  # fmt: skip
def test_a_code_is_found_as_a_whole_and_by_its_runs(
    any_analyzer: Analyzer, text: str, code: str, parts: list[str]
) -> None:
    found = terms(any_analyzer.analyze(text))

    assert [term.form for term in found if term.role is Role.COMPOUND] == [code]
    assert [term.form for term in found if term.role is Role.PART] == parts
    for term in found:
        if term.tag in ("SL", "SN") and term.form != "exampl" and term.role is not Role.VARIANT:
            assert fold(text[term.start : term.end]) == term.form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("A/S 접수", "a/s"),
        ("R&D", "r&d"),
        ("C++로", "c++"),
        ("C#", "c#"),
        ("1,000원", "1000"),
        ("b" * 40, "b" * 40),
    ],
)
def test_what_signs_are_part_of_is_one_word(any_analyzer: Analyzer, text: str, form: str) -> None:
    first = terms(any_analyzer.analyze(text))[0]

    assert (first.form, first.role) == (form, Role.WORD)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Wi-Fi가", "wifi"),
        ("wi‑fi", "WiFi"),
        ("e-mail", "email"),
        ("Node.js로", "nodejs"),
        ("Vue.js", "VueJS"),
        ("S/W", "SW"),
        ("A/S", "AS"),
        ("R&D", "RnD"),
        ("R & D", "R&D"),
        ("Q&A", "QnA"),
        ("v3.1.2", "3.1.2"),
        ("ver.3.1.2", "3.1.2"),
        ("ERR-1042", "ERR1042"),
        ("max_retry_count", "maxRetryCount"),
        ("GPT-4", "gpt4"),
        ("1천만", "10,000,000"),
        ("1,000만", "10000000"),
        ("2만5천", "25,000"),
        ("3.5억", "350,000,000"),
        ("1억 2천만", "120,000,000"),
        ("10,000천", "10,000,000"),
        ("12만3,400", "123,400"),
        ("3백5십만", "3,500,000"),
        ("1억 5천", "150,000,000"),
        ("2억 5백", "205,000,000"),
        ("2조", "2,000,000,000,000"),
    ],
)
def test_two_spellings_of_one_thing_share_a_term_for_all_of_it(
    any_analyzer: Analyzer, text: str, other: str
) -> None:
    def wholes(written: str) -> set[str]:
        (token, *_) = (token for token in any_analyzer.analyze(written) if token.terms)
        return {term.form for term in token.terms if term.role is not Role.PART}

    assert wholes(text) & wholes(other)


@pytest.mark.parametrize("text", ["천만 원", "일천만 원", "1,000만 원", "10,000,000원"])
def test_an_amount_is_the_same_in_words_and_in_figures(any_analyzer: Analyzer, text: str) -> None:
    assert "10000000" in forms(any_analyzer, text)


@pytest.mark.parametrize(("text", "figures"), [("이만오천명이", "25000"), ("십만개", "100000")])
def test_words_of_number_are_figures_before_what_is_counted(text: str, figures: str) -> None:
    assert figures in forms(load_analyzer(AnalyzerName.MECAB), text)


def test_figures_in_groups_are_one_number_before_a_unit(any_analyzer: Analyzer) -> None:
    assert forms(any_analyzer, "1,200kg에 10,000won") == ["1200", "kg", "1200kg", "10000", "won"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("35도", "35℃"),
        ("35°C", "35℃"),
        ("1.5 톤은", "1.5t"),
        ("10킬로미터", "10km"),
        ("5 m", "5m"),
        ("50프로", "50%"),
        ("창고 온도 35 도", "35℃"),
        ("35 도를 넘으면", "35℃"),
        ("35 도 이상이면", "35℃"),
        ("영하 5 도.", "5℃"),
        ("50 프로 넘게", "50%"),
        ("할인율 50 프로", "50%"),
        ("10 킬로 상자", "10kg"),
        ("3 센티 간격", "3cm"),
        ("램 16 기가를", "16gb"),
    ],
)
def test_a_number_and_its_unit_are_what_is_written_most_shortly(text: str, sign: str) -> None:
    assert sign in forms(load_analyzer(AnalyzerName.MECAB), text)


@pytest.mark.parametrize(
    "text",
    [
        "35도면 접수", "35 도면 접수", "국도 35 도로 공사", "35 도 단위", "2 프로 선수", "5 기가 막힌 일",
        "서울도 갑니다", "3 more", "2 gpu", "16기가지", "v1.5t", "1 more t",
    ],
)  # fmt: skip
def test_what_is_part_of_a_word_is_no_unit(text: str) -> None:
    assert not any(
        form[-1] in "℃%tb" and form[0].isdigit() for form in forms(load_analyzer(AnalyzerName.MECAB), text)
    )


@pytest.mark.parametrize("name", [AnalyzerName.MECAB, AnalyzerName.KIWI])
@pytest.mark.parametrize("text", ["천만원", "1천만원", "10,000천원"])
def test_an_amount_may_be_written_in_one_with_its_currency(name: AnalyzerName, text: str) -> None:
    """Okt and Komoran take a unit and 원 for one word."""
    assert "10000000" in forms(load_analyzer(name), text)


@pytest.mark.parametrize(
    "text", ["3조각", "만원 버스", "조원", "억 소리", "2024년 5월", "3억 2억", "구조 개선"]
)
def test_what_is_no_amount_is_none(any_analyzer: Analyzer, text: str) -> None:
    assert max((len(form) for form in forms(any_analyzer, text) if form.isdigit()), default=0) <= 9


@pytest.mark.parametrize(
    ("text", "whole", "pieces"),
    [
        ("TypeScript 5", "typescript", ["type", "script"]),
        ("unlockWithBiometrics()", "unlockwithbiometr", ["unlock", "with", "biometr"]),
        ("CrashLoopBackOff가", "crashloopbackoff", ["crash", "loop", "back", "off"]),
        ("XMLHttpRequest", "xmlhttprequest", ["xml", "http", "request"]),
        ("getUserID를", "getuserid", ["get", "user", "id"]),
    ],
)
def test_a_word_with_humps_is_found_whole_and_by_its_humps(
    any_analyzer: Analyzer, text: str, whole: str, pieces: list[str]
) -> None:
    found = [term for term in terms(any_analyzer.analyze(text)) if term.tag == "SL"]

    assert [(term.form, term.role) for term in found] == [
        (whole, Role.COMPOUND),
        *((piece, Role.PART) for piece in pieces),
    ]
    assert [term.form for term in found if term.form not in forms(any_analyzer, text.lower())] == pieces


@pytest.mark.parametrize("text", ["iPhone", "eBay", "APIs", "PCs", "GHz", "SLACK", "Slack", "slack"])
def test_a_word_of_one_piece_is_one_word(any_analyzer: Analyzer, text: str) -> None:
    (term,) = terms(any_analyzer.analyze(text))

    assert term.role is Role.WORD


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@도은채님께 결재선을", "도은채"),
        ("도은채님 확인 부탁", "도은채"),
        ("표나래씨 축하드려요", "표나래"),
        ("최하나 대리가 휴가", "최하나"),
        ("반영은님께 반영 요청", "반영은"),
        ("@최하나는 휴가", "최하나"),
    ],
)
def test_a_name_is_a_word_where_its_surroundings_tell_it(
    any_analyzer: Analyzer, text: str, name: str
) -> None:
    found = [term for term in terms(any_analyzer.analyze(text)) if term.form == name]

    assert [text[term.start : term.end] for term in found] == [name]


@pytest.mark.parametrize("text", ["김대리", "김대리님이 말씀", "김 대리가 출장", "박과장님", "정부장이"])
def test_a_surname_with_a_title_is_two_words(any_analyzer: Analyzer, text: str) -> None:
    assert forms(any_analyzer, text)[1] in {"대리", "과장", "부장"}


@pytest.mark.parametrize("surname", "최신양정")
@pytest.mark.parametrize("text", ["{} 과장", "{}과장님이", "{} 과장님께"])
def test_a_surname_before_a_title_is_a_word_whatever_else_it_may_be(
    any_analyzer: Analyzer, surname: str, text: str
) -> None:
    assert forms(any_analyzer, text.format(surname))[:2] == [surname, "과장"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Ⅳ장 결론", "4"),
        ("IV장 결론", "4"),
        ("제Ⅸ절", "9"),
        ("Phase Ⅲ", "3"),
        ("ⅱ단계", "2"),
        ("xiv항", "14"),
    ],
)
def test_a_roman_numeral_is_a_number(any_analyzer: Analyzer, text: str, number: str) -> None:
    [term] = [term for term in terms(any_analyzer.analyze(text)) if term.form == number]

    assert (term.role, text[term.start : term.end].isalnum()) == (Role.VARIANT, True)


@pytest.mark.parametrize("text", ["iv 주사", "x축 눈금", "mix차", "IIX장", "vi 편집기", "XL장"])
def test_letters_that_only_look_like_a_roman_numeral_are_none(any_analyzer: Analyzer, text: str) -> None:
    assert not any(form.isdigit() for form in forms(any_analyzer, text))


@pytest.mark.parametrize("text", ["지하주차장이 좁다", "인사팀 팀장", "오늘은 대표님이", "공사장 소음"])
def test_plain_words_before_a_title_are_no_names(any_analyzer: Analyzer, text: str) -> None:
    alone = forms(any_analyzer, text.split()[0])

    assert forms(any_analyzer, text)[: len(alone)] == alone


def test_words_in_other_scripts_are_terms_and_laughter_is_none(any_analyzer: Analyzer) -> None:
    assert forms(any_analyzer, "ㅋㅋㅋ ㅠㅠ 😀 привет สวัสดี テスト 们 쀍쀍") == [
        "привет", "สวัสดี", "テスト", "们", "쀍쀍",
    ]  # fmt: skip


ODD_TEXTS = [
    unicodedata.normalize("NFD", "데이터베이스 서버를 재시작했어요. 캐시도 지웠나요?"),
    "ＥＲＰ　서버 ﾃﾞｰﾀ ﾤﾤ",
    "고\u200b객관리\u2060 시스템\ufeff",
    "앞 문장\x00뒤 문장",
    "깨진 \ud800글자\udfff",
    "가족 👨\u200d👩\u200d👧 사진 1\ufe0f\u20e3",
    "결재😀승인 \U00020000 접속",
    "ERR-1042가\tv2.3.1에서\r\nreport_final.xlsx로 e-mail",
    "क़ 문자 \U0001d15e 악보",
    "ㅋㅋㅋ",
    "그랰ㅋㅋ 학굔 누가 뭘 걸",
    "İstanbul 출장",
    "5㎏ ①번 Ⅳ장 25℃ ㈜두레 m² 10² ½ ﬁle ㉠ ㈎ ㏂ Excel™",
    "개발ㅡ운영ㅡ보안 승인ᆞ반려ᆢ보류 공지ㅣ안내\nㅇ신청",
    "\x00",
    "?!" * 800 + "'" * 50 + "a'" * 50,
    "하" * 300,
    "#결재 @두레 $DURE https://dure.example/결재?q=1#끝",
]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_offsets_point_into_the_text_as_given(any_analyzer: Analyzer, text: str) -> None:
    check_places(any_analyzer, text)


def test_no_mixture_of_characters_is_too_odd(any_company: Analyzer) -> None:
    generator = random.Random(5)
    alphabets = [
        "가나다라마바사아자차카타파하각힣ㄱㅏㅋㅠ", "abcXYZ0123456789-_.@/&+#'’", "!?.,()[]{}<>*%$~…·「」",
        "😀👨\u200d\ud800\udfff\x00\u200b\ufeff\u20e3\u0301", " \n\t\r\u3000", "好テストпривет क़\u0e31",
        "ᄒ\u1161\u11ab\u115f\u3164\uffa0ﾤ", ["고객관리시스템", "봇", "쀍쀍", "erp시스템", "S/4HANA", "에서"],
    ]  # fmt: skip
    for _ in range(500):
        length = generator.randint(1, 40)
        check_places(
            any_company, "".join(generator.choice(generator.choice(alphabets)) for _ in range(length))
        )


def test_decomposed_text_gives_the_same_terms(any_analyzer: Analyzer) -> None:
    text = "고객관리 시스템에서 café 결재가 안돼요"

    assert forms(any_analyzer, unicodedata.normalize("NFD", text)) == forms(any_analyzer, text)


@pytest.mark.parametrize("sign", "ㆍᆞ·‧・･•∙⋅ᆢㅡᅳーㅣ|―—–‐‑−~〜∼～/／,、")
def test_words_are_read_alike_whatever_sign_stands_between_them(any_analyzer: Analyzer, sign: str) -> None:
    text = f"설계{sign}감리{sign}회계"

    assert forms(any_analyzer, text) == ["설계", "감리", "회계"]
    assert [term.start for term in terms(any_analyzer.analyze(text))] == [0, 3, 6]


@pytest.mark.parametrize(
    ("written", "spelt"),
    [("5㎏", "5kg"), ("①번", "1번"), ("Ⅳ장", "IV장"), ("m²", "m2"), ("ﬁle", "file"), ("㈜두레", "(주)두레")],
)
def test_signs_for_letters_and_digits_are_read_as_what_they_spell(
    any_analyzer: Analyzer, written: str, spelt: str
) -> None:
    assert forms(any_analyzer, written) == forms(any_analyzer, spelt)


def test_what_follows_nul_is_read(any_analyzer: Analyzer) -> None:
    assert forms(any_analyzer, "결재\x00승인") == ["결재", "승인"]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000\u200b"])
def test_text_of_blanks_has_no_tokens(any_analyzer: Analyzer, text: str) -> None:
    assert any_analyzer.analyze(text) == []


@pytest.mark.slow
def test_a_megabyte_is_read_wholly(any_analyzer: Analyzer) -> None:
    sentence = "결재가 안돼요. The approval page shows an error message, again and again. "
    sentences = 1_000_000 // len(sentence.encode()) + 1

    assert forms(any_analyzer, sentence * sentences).count("결재") == sentences


def test_an_endless_word_is_read(any_analyzer: Analyzer) -> None:
    tokens = any_analyzer.analyze("x" * 100_000)

    assert (tokens[0].start, tokens[-1].end, len(tokens)) == (0, 100_000, 100)


def test_threads_read_alike(any_analyzer: Analyzer) -> None:
    texts = [f"{number}번 회의실 예약이 안돼요. ERR-{number} 데이터베이스" for number in range(200)]
    expected = [any_analyzer.analyze(text) for text in texts]
    read: list[bool] = []

    def reading() -> None:
        read.append([any_analyzer.analyze(text) for text in texts] == expected)

    run_together([reading] * 6)

    assert read == [True] * 6


def test_a_company_word_is_found_by_itself_and_by_its_parts(any_company: Analyzer) -> None:
    found = terms(any_company.analyze("우리 고객관리시스템에서는"))

    assert [term for term in found if term.start >= 3] == [
        Term("고객관리시스템", 3, 10, "NNP", Role.COMPOUND),
        Term("고객", 3, 5, "NNG", Role.PART),
        Term("관리", 5, 7, "NNG", Role.PART),
        Term("시스템", 7, 10, "NNG", Role.PART),
    ]


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("두레봇이 대답했다", "두레봇", ["두레", "봇"]),
        ("고관시 접속", "고관시", ["고객", "관리", "시스템"]),
        ("사내 erp시스템을", "erp시스템", ["erp", "시스템"]),
        ("GoogleDrive에", "googledrive", ["googl", "drive"]),
        ("S/4HANA로 이관", "s/4hana", ["4", "hana"]),
        ("A/S센터에 문의", "a/s센터", ["a/s", "센터"]),
    ],
)
def test_company_words_of_every_kind_have_parts(
    any_company: Analyzer, text: str, whole: str, parts: list[str]
) -> None:
    found = terms(any_company.analyze(text))

    assert [term.form for term in found if term.role is Role.COMPOUND] == [whole]
    assert [term.form for term in found if term.role is Role.PART] == parts


@pytest.mark.parametrize("word", ["고객관리시스템", "두레봇", "erp시스템", "쀍쀍"])
def test_a_company_word_wins_whatever_surrounds_it(any_company: Analyzer, word: str) -> None:
    texts = [
        f"{before}{word}{follows}"
        for before in ("", "우리 ", "새로운 ", "(")
        for follows in ("에서", "을", "이", "은", "으로", "이랑", "에요", " 점검", "화면", "의", "")
    ]

    assert [text for text in texts if word not in forms(any_company, text)] == []


@pytest.mark.parametrize("text", ["문제이지만 두레박과", "xerp시스템", "S/4HANAX", "googledrives", "로봇이"])
def test_a_company_word_leaves_longer_words_alone(
    any_analyzer: Analyzer, any_company: Analyzer, text: str
) -> None:
    assert any_company.analyze(text) == any_analyzer.analyze(text)


@pytest.mark.slow
def test_the_dictionary_changes_while_others_read(make_analyzer: Callable[..., Analyzer]) -> None:
    analyzer = make_analyzer()
    text = "고객관리시스템에서 확인"
    plain = analyzer.analyze(text)
    analyzer.use(Dictionary([CRM]))
    known = analyzer.analyze(text)
    stop = threading.Event()
    odd: list[object] = []
    # The others load all that they know anew: seconds each time.
    turns = 20 if isinstance(analyzer, MecabAnalyzer) else 2

    def reading() -> None:
        while not stop.is_set():
            if (read := analyzer.analyze(text)) not in (plain, known):
                odd.append(read)

    def changing() -> None:
        for turn in range(turns):
            analyzer.use(Dictionary([CRM]) if turn % 2 else Dictionary())
        stop.set()

    run_together([reading, reading, reading, changing])

    assert not odd
    assert known != plain
    assert analyzer.analyze(text) == known


def test_revisions_tell_what_reads_and_which_words_it_knows(
    any_analyzer: Analyzer, any_company: Analyzer
) -> None:
    assert any_analyzer.revision == any_company.revision
    assert "snowballstemmer/" in any_analyzer.revision
    assert any_analyzer.dictionary_revision == "none"
    assert any_company.dictionary_revision == any_company.dictionary.revision != "none"


def run_together(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
