import threading
import unicodedata
from pathlib import Path

import pytest

from models.errors import BadSetting
from models.language import mecab_reader
from models.language.analyzer import Role, Term
from models.language.dictionary import CompanyWord, Dictionary
from models.language.mecab import MecabAnalyzer
from models.language.normalization import fold
from models.language.passages import LONGEST
from models.language.terms import terms

CRM = CompanyWord(word="고객관리시스템", parts=("고객", "관리", "시스템"))


@pytest.fixture(scope="module")
def analyzer() -> MecabAnalyzer:
    return MecabAnalyzer()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> MecabAnalyzer:
    words = (
        CRM,
        CompanyWord(word="두레봇"),
        CompanyWord(word="고관시", parts=("고객", "관리", "시스템")),
        CompanyWord(word="ERP시스템"),
        CompanyWord(word="Google Drive", parts=("google", "drive")),
        CompanyWord(word="S/4HANA"),
        CompanyWord(word="A/S센터"),
        CompanyWord(word="이지"),
        CompanyWord(word="쀍쀍"),
    )
    return MecabAnalyzer(Dictionary(words), tmp_path_factory.mktemp("cache"))


def forms(analyzer: MecabAnalyzer, text: str) -> list[str]:
    return [term.form for term in terms(analyzer.analyze(text))]


def test_content_morphemes_are_terms_and_particles_and_endings_are_none(analyzer: MecabAnalyzer) -> None:
    tokens = analyzer.analyze("어제 결재가 좋았습니다.")

    assert [(token.tag, [term.form for term in token.terms]) for token in tokens] == [
        ("MAG", ["어제"]),
        ("NNG", ["결재"]),
        ("JKS", []),
        ("VA", ["좋"]),
        ("EP", []),
        ("EF", []),
        ("SF", []),
    ]


def test_an_inflected_word_gives_its_stem_over_its_whole_surface(analyzer: MecabAnalyzer) -> None:
    assert terms(analyzer.analyze("안 돼요"))[1] == Term("되", 2, 4, "VV")
    assert terms(analyzer.analyze("누가"))[0] == Term("누구", 0, 2, "NP")


def test_a_compound_gives_itself_and_its_parts_where_they_stand(analyzer: MecabAnalyzer) -> None:
    assert terms(analyzer.analyze("새 데이터베이스를")) == [
        Term("데이터베이스", 2, 8, "NNG", Role.COMPOUND),
        Term("데이터", 2, 5, "NNG", Role.PART),
        Term("베이스", 5, 8, "NNG", Role.PART),
    ]


def test_english_is_stemmed_in_lower_case(analyzer: MecabAnalyzer) -> None:
    assert forms(analyzer, "Deploying 하다 deployed됨")[0] == "deploy"
    assert forms(analyzer, "don't restart the server's disks") == [
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
    analyzer: MecabAnalyzer, text: str, code: str, parts: list[str]
) -> None:
    found = terms(analyzer.analyze(text))

    assert [term.form for term in found if term.role is Role.COMPOUND] == [code]
    assert [term.form for term in found if term.role is Role.PART] == parts
    for term in found:
        if term.tag in ("SL", "SN") and term.form != "exampl":
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
def test_what_signs_are_part_of_is_one_word(analyzer: MecabAnalyzer, text: str, form: str) -> None:
    first = terms(analyzer.analyze(text))[0]

    assert (first.form, first.role) == (form, Role.WORD)


def test_words_in_other_scripts_are_terms_and_laughter_is_none(analyzer: MecabAnalyzer) -> None:
    assert forms(analyzer, "ㅋㅋㅋ ㅠㅠ 😀 привет สวัสดี テスト 好 쀍쀍") == [
        "привет", "สวัสดี", "テスト", "好", "쀍쀍",
    ]  # fmt: skip


ODD_TEXTS = [
    unicodedata.normalize("NFD", "데이터베이스 서버를 재시작했어요. 캐시도 지웠나요?"),
    "ＥＲＰ　서버 ﾃﾞｰﾀ ﾤﾤ",
    "고\u200b객관리\u2060 시스템\ufeff",
    "앞 문장\x00뒤 문장",
    "깨진 \ud800글자\udfff",
    "가족 👨\u200d👩\u200d👧 사진 1\ufe0f\u20e3",
    "ERR-1042가\tv2.3.1에서\r\nreport_final.xlsx로 e-mail",
    "क़ 문자 \U0001d15e 악보",
    "ㅋㅋㅋ",
    "İstanbul 출장",
    "?!" * 800 + "'" * 50 + "a'" * 50,
]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_offsets_point_into_the_text_as_given(analyzer: MecabAnalyzer, text: str) -> None:
    end = 0
    for token in analyzer.analyze(text):
        assert end <= token.start < token.end
        assert not fold(text[end : token.start]).strip()
        end = token.end
        for term in token.terms:
            assert token.start <= term.start < term.end <= token.end
            if term.tag in ("NNG", "NNP"):
                assert fold(text[term.start : term.end]) == term.form
    assert not fold(text[end:]).strip()


def test_decomposed_text_gives_the_same_terms(analyzer: MecabAnalyzer) -> None:
    text = "고객관리 시스템에서 café 결재가 안돼요"

    assert forms(analyzer, unicodedata.normalize("NFD", text)) == forms(analyzer, text)


def test_what_follows_nul_is_read(analyzer: MecabAnalyzer) -> None:
    assert forms(analyzer, "결재\x00승인") == ["결재", "승인"]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000\u200b"])
def test_text_of_blanks_has_no_tokens(analyzer: MecabAnalyzer, text: str) -> None:
    assert analyzer.analyze(text) == []


def test_long_texts_are_read_in_pieces_and_wholly(
    analyzer: MecabAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []
    create = mecab_reader.create_lattice
    monkeypatch.setattr(
        mecab_reader, "create_lattice", lambda text: (lengths.append(len(text)), create(text))[1]
    )
    sentence = "결재가 안돼요. "

    found = forms(analyzer, sentence * (1_000_000 // len(sentence)))

    assert max(lengths) <= LONGEST
    assert found.count("결재") == 1_000_000 // len(sentence)


def test_an_endless_word_is_read(analyzer: MecabAnalyzer) -> None:
    tokens = analyzer.analyze("x" * 100_000)

    assert (tokens[0].start, tokens[-1].end, len(tokens)) == (0, 100_000, 100)


def test_forgetting_morphemes_changes_nothing(
    analyzer: MecabAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mecab_reader, "KNOWN_MORPHEMES", 3)
    text = "두레 서버를 ERR-1042 때문에 재시작했더니 데이터베이스가 깨졌어요"

    assert MecabAnalyzer().analyze(text) == analyzer.analyze(text)


def test_threads_read_alike(analyzer: MecabAnalyzer) -> None:
    texts = [f"{number}번 회의실 예약이 안돼요. ERR-{number} 데이터베이스" for number in range(200)]
    expected = [analyzer.analyze(text) for text in texts]
    read: list[bool] = []

    def reading() -> None:
        read.append([analyzer.analyze(text) for text in texts] == expected)

    threads = [threading.Thread(target=reading) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read == [True] * 6


def test_a_company_word_is_found_by_itself_and_by_its_parts(company: MecabAnalyzer) -> None:
    assert terms(company.analyze("우리 고객관리시스템에서는"))[1:] == [
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
    company: MecabAnalyzer, text: str, whole: str, parts: list[str]
) -> None:
    found = terms(company.analyze(text))

    assert [term.form for term in found if term.role is Role.COMPOUND] == [whole]
    assert [term.form for term in found if term.role is Role.PART] == parts


@pytest.mark.parametrize(
    "follows", ["에서", "을", "이", "은", "으로", "이랑", "에요", " 점검", "화면", "의", ""]
)
@pytest.mark.parametrize("before", ["", "우리 ", "새로운 ", "("])
@pytest.mark.parametrize("word", ["고객관리시스템", "두레봇", "erp시스템", "쀍쀍"])
def test_a_company_word_wins_whatever_surrounds_it(
    company: MecabAnalyzer, word: str, before: str, follows: str
) -> None:
    assert word in forms(company, f"{before}{word}{follows}")


def test_a_company_word_leaves_longer_words_alone(analyzer: MecabAnalyzer, company: MecabAnalyzer) -> None:
    for text in ("문제이지만 두레박과", "xerp시스템", "S/4HANAX", "googledrives"):
        assert company.analyze(text) == analyzer.analyze(text)


def test_a_compiled_dictionary_is_used_again_and_nothing_else_is_left(tmp_path: Path) -> None:
    MecabAnalyzer(Dictionary([CRM]), tmp_path)
    (compiled,) = tmp_path.iterdir()
    made = compiled.stat().st_mtime_ns

    again = MecabAnalyzer(Dictionary([CRM]), tmp_path)

    assert "고객관리시스템" in forms(again, "고객관리시스템")
    assert [path.stat().st_mtime_ns for path in tmp_path.iterdir()] == [made]


def test_a_dictionary_that_cannot_be_compiled_leaves_the_old_one_in_use(tmp_path: Path) -> None:
    analyzer = MecabAnalyzer(cache=tmp_path / "file" / "cache")
    (tmp_path / "file").write_text("")

    with pytest.raises(BadSetting, match="cannot be compiled"):
        analyzer.use(Dictionary([CRM]))

    assert analyzer.dictionary_revision == "none"
    assert "고객" in forms(analyzer, "고객관리시스템")


def test_the_dictionary_changes_while_others_read(tmp_path: Path) -> None:
    analyzer = MecabAnalyzer(cache=tmp_path)
    text = "고객관리시스템에서 확인"
    plain = analyzer.analyze(text)
    analyzer.use(Dictionary([CRM]))
    known = analyzer.analyze(text)
    stop = threading.Event()
    odd: list[object] = []

    def reading() -> None:
        while not stop.is_set():
            if (read := analyzer.analyze(text)) not in (plain, known):
                odd.append(read)

    threads = [threading.Thread(target=reading) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(20):
        analyzer.use(Dictionary([CRM]) if turn % 2 else Dictionary())
    stop.set()
    for thread in threads:
        thread.join()

    assert not odd
    assert known != plain
    assert analyzer.analyze(text) == known


def test_revisions_tell_what_reads_and_which_words_it_knows(
    analyzer: MecabAnalyzer, company: MecabAnalyzer
) -> None:
    assert analyzer.revision == company.revision
    assert "python-mecab-ko-dic/" in analyzer.revision
    assert analyzer.dictionary_revision == "none"
    assert company.dictionary_revision == company.dictionary.revision != "none"
