import json
from pathlib import Path

import pytest

import pipelines
from models.errors import BadSetting
from models.language.analyzer import Analyzer
from models.language.annotation import Tag
from models.language.components import PIPELINE, VocabularyMatcher
from models.language.mecab import MecabAnalyzer
from models.language.tagging import Tagger
from models.language.tagging_rules import TAGGED_PASSAGES
from models.language.tokenizer import AnalyzerTokenizer
from models.language.vocabulary import SHIPPED, Subject, Vocabulary, cuts, read_subjects

POST = (
    "VPN 접속 오류 공유합니다 #재택근무를 하는데 HTTP 502 나와요. "
    "OPS-482 참고, https://wiki.example.com/vpn @dure_bot 봐 주세요"
)
SHOWN_BY = {
    "vocabulary": "vocabulary",
    "hashtags": "hashtag",
    "error_codes": "error_code",
    "tickets": "ticket",
    "key_phrases": "phrase",
}


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return MecabAnalyzer()


@pytest.fixture(scope="module")
def tagger(analyzer: Analyzer) -> Tagger:
    return Tagger(analyzer, Vocabulary.load())


def tag(tagger: Tagger, analyzer: Analyzer, text: str, *source_tags: str) -> dict[str, Tag]:
    (tags,) = tagger.tag([([(text, analyzer.analyze(text))], source_tags, 0)])
    return {tag.key: tag for tag in tags}


def kinds_found(tagger: Tagger, analyzer: Analyzer) -> set[str]:
    """By component rather than among the best tags, of which there are only a few."""
    text = POST
    doc = tagger.nlp(AnalyzerTokenizer(analyzer, tagger.nlp.vocab).doc(text, analyzer.analyze(text)))
    reading = doc.user_data["reading"]
    return {found.kind for found in reading.found} | ({"phrase"} if reading.sequences else set())


def test_every_component_of_the_pipeline_finds_its_own_kind_and_no_other_does(analyzer: Analyzer) -> None:
    everything = Tagger(analyzer, Vocabulary([Subject(name="VPN", names=("VPN",), kind="vocabulary")]))
    assert kinds_found(everything, analyzer) == set(SHOWN_BY.values())
    assert SHOWN_BY.keys() == set(PIPELINE)
    for component, kind in SHOWN_BY.items():
        tagger = Tagger(analyzer, Vocabulary([Subject(name="VPN", names=("VPN",), kind="vocabulary")]))
        tagger.nlp.remove_pipe(component)
        assert kind not in kinds_found(tagger, analyzer), component


@pytest.mark.parametrize(
    "text",
    [
        "연차 신청은 어디서 하나요?",
        "How do I book annual leaves?",
        "연가를 미리 쓸 수 있어요?",
        "연차휴가 문의",
        "ＡＮＮＵＡＬ leave 관련",
    ],
)
def test_one_topic_has_one_key_in_both_languages(tagger: Tagger, analyzer: Analyzer, text: str) -> None:
    assert tag(tagger, analyzer, text)["연차"].name == "연차"


def test_a_mixed_post_gets_korean_and_english_topics(tagger: Tagger, analyzer: Analyzer) -> None:
    tags = tag(tagger, analyzer, "k8s에 release 했더니 Jenkins 백업 job이 죽었어요")
    assert {"쿠버네티스", "배포", "젠킨스", "백업"} <= tags.keys()
    assert tags["쿠버네티스"].kind == "product"


def test_tags_of_the_source_come_first_and_are_topics_at_least_as_likely_as_not(
    tagger: Tagger, analyzer: Analyzer
) -> None:
    tags = list(tag(tagger, analyzer, "VPN VPN VPN VPN VPN #VPN 장애", "annual-leave", "우리팀").values())
    assert {(tag.key, tag.kind) for tag in tags[:2]} == {("연차", "source"), ("우리팀", "source")}
    assert all(tag.weight >= 0.5 for tag in tags[:2])
    assert all(0 < tag.weight < 1 for tag in tags)


def test_a_hashtag_loses_its_particle_and_joins_the_topic_of_that_name(
    tagger: Tagger, analyzer: Analyzer
) -> None:
    tags = tag(tagger, analyzer, "#세금계산서를 올렸어요 #AnnualLeave #워크숍")
    assert {"세금계산서", "연차", "워크숍"} <= tags.keys()
    assert {tags[key].kind for key in ("세금계산서", "연차", "워크숍")} == {"hashtag"}


def test_what_is_said_again_weighs_more(tagger: Tagger, analyzer: Analyzer) -> None:
    once = tag(tagger, analyzer, "백업 부탁드려요")
    thrice = tag(tagger, analyzer, "백업 부탁드려요. 백업은 매일, 백업을 확인하세요")
    assert thrice["백업"].weight > once["백업"].weight


def test_phrases_are_noun_sequences_without_particles_and_general_words(
    tagger: Tagger, analyzer: Analyzer
) -> None:
    tags = tag(tagger, analyzer, "오늘 도면 검토 회의에서 도면 검토가 끝났습니다. 감사합니다")
    assert tags["도면 검토"].kind == "phrase"
    assert not {"오늘", "감사"} & tags.keys()


def test_the_title_and_the_first_words_say_what_a_post_is_about(tagger: Tagger, analyzer: Analyzer) -> None:
    def weight(title: str, text: str) -> float:
        whole = f"{title}\n{text}"
        (tags,) = tagger.tag([([(whole, analyzer.analyze(whole))], (), len(title))])
        return next(tag.weight for tag in tags if tag.key == "피싱")

    filler = "오늘 오전에 현장에서 들은 이야기를 순서대로 적어 둡니다. " * 5
    assert weight("피싱 안내", filler) > weight("안내", f"{filler} 피싱")
    assert weight("안내", f"피싱 {filler}") > weight("안내", f"{filler} 피싱")


def test_cues_speak_for_a_subject_that_is_not_named(tagger: Tagger, analyzer: Analyzer) -> None:
    tags = tag(
        tagger,
        analyzer,
        "파드가 OOMKilled로 자꾸 재시작하는데 노드 메모리는 남아 있어요. kubectl 로그도 없고요",
    )
    assert tags["쿠버네티스"].kind == "implied"
    assert "쿠버네티스" not in tag(tagger, analyzer, "메모리를 한 대 더 샀습니다")


def test_what_is_named_beside_its_cues_weighs_more(tagger: Tagger, analyzer: Analyzer) -> None:
    in_passing = tag(tagger, analyzer, "점심 먹고 와서 피싱 이야기로 한참 웃었습니다")
    with_cues = tag(tagger, analyzer, "점심 먹고 와서 피싱 의심 메일의 발신자를 신고했습니다")
    assert with_cues["피싱"].weight > in_passing["피싱"].weight


def test_a_subject_is_filed_under_the_broader_one_too(analyzer: Analyzer) -> None:
    vocabulary = Vocabulary(
        [
            Subject(name="휴가", names=("휴가",), kind="vocabulary"),
            Subject(name="연차", names=("연차",), kind="vocabulary", broader=("휴가",)),
        ]
    )
    tags = tag(Tagger(analyzer, vocabulary), analyzer, "연차 연차 연차")
    assert tags["휴가"].kind == "implied"
    assert tags["휴가"].weight < tags["연차"].weight


def test_tools_and_places_are_named_in_passing_and_a_companys_own_systems_are_not(analyzer: Analyzer) -> None:
    def weight(**how: bool) -> float:
        subject = Subject(name="손길", names=("손길",), kind="product", **how)
        text = "어제 점검한 내용은 손길에 올려 두었습니다"
        return tag(Tagger(analyzer, Vocabulary([subject])), analyzer, text)["손길"].weight

    assert weight(passing=True) < weight() < weight(own=True)


@pytest.mark.parametrize("text", ["주의 문구도 커지나요", "한데 모아 두세요"])
def test_neither_syllables_of_two_words_nor_verbs_are_names(analyzer: Analyzer, text: str) -> None:
    names = [Subject(name=name, names=(name,), kind="product", own=True) for name in ("도커", "모아")]
    assert not {"도커", "모아"} & tag(Tagger(analyzer, Vocabulary(names)), analyzer, text).keys()


def test_a_code_that_the_vocabulary_has_is_its_subject(analyzer: Analyzer) -> None:
    vocabulary = Vocabulary([Subject(name="여울밸브", names=("여울밸브", "YV-30"), kind="product")])
    tags = tag(Tagger(analyzer, vocabulary), analyzer, "YV-30은 값이 튀고 NAC-0213이 뜹니다")
    assert {"여울밸브", "nac-0213"} <= tags.keys()
    assert "yv-30" not in tags


@pytest.mark.parametrize("text", ["UTF-8 문제", "ISO-27001 심사", "COVID-19 안내", "주문번호 A/S-1"])
def test_standards_are_no_tickets(tagger: Tagger, analyzer: Analyzer, text: str) -> None:
    assert "ticket" not in {found.kind for found in tag(tagger, analyzer, text).values()}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ORA-12154 가 나와요", "ora-12154"),
        ("0x80070005 라고 떠요", "0x80070005"),
        ("NullPointerException 발생", "nullpointerexception"),
        ("에러 코드 1603", "1603"),
        ("502 에러", "502"),
    ],
)
def test_error_codes_are_found_as_people_quote_them(
    tagger: Tagger, analyzer: Analyzer, text: str, key: str
) -> None:
    assert tag(tagger, analyzer, text)[key].kind == "error_code"


def test_addresses_and_handles_leave_no_tags(tagger: Tagger, analyzer: Analyzer) -> None:
    text = "help@dure.example 또는 https://git.example.com/backup/v1.2.3/OPS-11#vpn 그리고 @backup"
    assert not tag(tagger, analyzer, text)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\n\n", "😀🔥👍", "\ud800", "\x00", "ㅋㅋㅋㅋ", "#", "@", "# @ ://", "ﷺ" * 9, "a" * 999],
)
def test_odd_text_is_tagged_without_complaint(tagger: Tagger, analyzer: Analyzer, text: str) -> None:
    for found in tag(tagger, analyzer, text).values():
        found.name.encode()


def test_only_the_beginning_of_a_long_post_is_tagged(tagger: Tagger, analyzer: Analyzer) -> None:
    passages = [
        (text, analyzer.analyze(text)) for text in ["도면 검토.", "회의.", "일반 안내.", "백업 안내."]
    ]
    (tags,) = tagger.tag([(passages, (), 0)])
    assert TAGGED_PASSAGES == 3
    assert "백업" not in {tag.key for tag in tags}


@pytest.mark.parametrize("text", ["두레  보안\n교육을 합니다 ", " VPN\t연결", "끝\n", "결재 👍 완료"])
def test_the_document_holds_the_text_and_its_offsets(tagger: Tagger, text: str) -> None:
    doc = tagger.nlp.make_doc(text)
    assert doc.text == text
    assert all(text[word.idx : word.idx + len(word)] == word.text for word in doc)
    assert all(word.tag_ for word in doc)


def test_everyday_words_are_no_abbreviations(analyzer: Analyzer) -> None:
    tagger = Tagger(analyzer, Vocabulary([Subject(name="IT", names=("IT",), kind="vocabulary")]))
    assert "it" not in tag(tagger, analyzer, "is it done")
    assert "it" in tag(tagger, analyzer, "IT 예산")


def test_the_shipped_vocabulary_is_read_and_no_name_is_claimed_twice() -> None:
    subjects = read_subjects(SHIPPED)
    vocabulary = Vocabulary(subjects)
    assert len(subjects) >= 80
    for subject in subjects:
        assert [vocabulary.find(name) for name in subject.names] == [subject] * len(subject.names)


def test_a_company_file_extends_and_overrules_the_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "vocabulary.jsonl"
    rows = [{"name": "두레봇", "also": ["durebot"], "kind": "product"}, {"name": "VPN", "also": ["터널"]}]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    vocabulary = Vocabulary.load(file)
    assert vocabulary.digest != Vocabulary.load().digest

    def name_of(spelling: str) -> str | None:
        subject = vocabulary.find(spelling)
        return subject.name if subject else None

    assert name_of("DureBot") == "두레봇"
    assert name_of("터널") == "VPN"
    assert name_of("연가") == "연차"


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"also": []}', '{"name": ""}', '{"name": "두레", "kind": "?"}', '{"name": "두레", "x": 1}'],
)
def test_a_bad_vocabulary_line_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "vocabulary.jsonl"
    file.write_text(f'{{"name": "연차"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadSetting, match=r"vocabulary\.jsonl:2"):
        Vocabulary.load(file)


def test_a_missing_vocabulary_is_a_bad_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="cannot be read"):
        Vocabulary.load(tmp_path / "none.jsonl")


def test_a_name_is_listed_in_every_way_it_may_be_cut() -> None:
    assert {("연차",), ("연", "차")} <= cuts("연차")
    assert {("k8s",), ("k", "8", "s")} <= cuts("k8s")
    assert ("annual", "leaves") in cuts("annual leave")
    assert len(cuts("산업안전보건관리위원회규정")) < 1000


def test_words_beyond_those_that_are_known_are_forgotten(
    analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagger = Tagger(analyzer, Vocabulary.load())
    tag(tagger, analyzer, "백업 abcdefg")
    monkeypatch.setattr("models.language.tagging.KNOWN_WORDS", 0)
    for number in range(20):
        assert "백업" in tag(tagger, analyzer, f"백업 {'xyzw'[: number % 4 + 1] * (number + 2)}")
    assert "xx" not in tagger.nlp.vocab.strings
    assert "abcdefg" in tagger.nlp.vocab.strings


def test_leaving_the_pipeline_out_where_nothing_is_to_be_found_changes_no_tag(
    analyzer: Analyzer, tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = Path(pipelines.__file__).parent / "sample"
    records = (json.loads(line) for path in sorted(sample.rglob("*.jsonl")) for line in path.open())
    texts = [record["text"] for record in records if record["type"] == "post"]
    texts += [
        "",
        "연 차",
        "\ud800",
        "ＶＰＮ",
        "지터",
        "ANNUAL-LEAVE 이월",
        "annual\u200bleave",
        "점심 뭐 먹지",
    ]
    posts = [([(text, analyzer.analyze(text))], (), 0) for text in texts]
    short = tagger.tag(posts)

    monkeypatch.setattr(VocabularyMatcher, "may_match", lambda *_: True)

    assert short == tagger.tag(posts)
