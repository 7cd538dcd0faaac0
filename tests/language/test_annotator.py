import json
import pickle
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from models.language.annotation import reading_text
from models.language.annotator import Annotator, AnnotatorSpec, PostText, build_annotator
from models.language.dictionary import CompanyWord, Dictionary
from models.language.mecab import MecabAnalyzer
from models.language.paraphrases import PAIRS, mean_reciprocal_rank, paraphrase_gate
from models.language.script import language_of


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return AnnotatorSpec().build()


def pairs() -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    return [(row["question"], row["passage"]) for row in rows]


def encoder(directory: Path, *, knows_the_answers: bool) -> Path:
    """A static model of whole words: each pair has a direction of its own, or each word a random one."""
    generator = np.random.default_rng(5)
    vocabulary = {"[UNK]": 0}
    rows: list[npt.NDArray[np.float32]] = [np.zeros(64, dtype=np.float32)]
    for number, pair in enumerate(pairs()):
        for word in " ".join(pair).split():
            if word not in vocabulary:
                vocabulary[word] = len(vocabulary)
                rows.append(
                    generator.normal(scale=0.1 if knows_the_answers else 1, size=64).astype(np.float32)
                )
            if knows_the_answers:
                rows[vocabulary[word]][number] += 1
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(directory / "tokenizer.json"))
    save_file({"embeddings": np.stack(rows)}, directory / "model.safetensors")
    return directory


def test_forms_point_at_what_they_were_read_from(annotator: Annotator) -> None:
    post_text = PostText(title="VPN 안내", text="재택근무 때 servers 접속은\n 세금계산서처럼 간단합니다 👍")
    (annotation,) = annotator.annotate([post_text])
    text = reading_text(post_text.title, post_text.text)
    (passage,) = annotation.passages
    found = {form: text[start:end] for form, (start, end) in zip(passage.forms, passage.spans, strict=True)}
    assert found["vpn"] == "VPN"
    assert found["server"] == "servers"
    assert found["접속"] == "접속"
    assert passage.spans.dtype == np.uint32
    assert passage.spans.shape == (len(passage.forms), 2)
    assert not any(form.split() != [form] for form in passage.forms)


def test_a_long_post_gives_several_passages_with_spans_inside_each(annotator: Annotator) -> None:
    text = "설비 점검은 매주 월요일에 합니다. " * 200
    (annotation,) = annotator.annotate([PostText(title="점검", text=text)])
    whole = reading_text("점검", text)
    assert len(annotation.passages) > 3
    assert annotation.passages[0].start == 0
    assert annotation.passages[-1].end == len(whole)
    for passage in annotation.passages:
        assert passage.forms
        assert passage.spans.min() >= passage.start
        assert passage.spans.max() <= passage.end
        place = passage.forms.index("설비")
        start, end = passage.spans[place]
        assert whole[start:end] == "설비"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "😀🔥",
        "\ud800 연차 \udfff",
        "연차\x00휴가",
        "ㅋㅋㅋㅋㅋ",
        "\u200b",
        "가" * 5000,
        "한글",
    ],
)
def test_odd_posts_are_annotated_without_complaint(annotator: Annotator, text: str) -> None:
    (annotation,) = annotator.annotate([PostText(title=None, text=text)])
    assert all(passage.end <= len(text) for passage in annotation.passages)
    assert all(passage.spans.shape == (len(passage.forms), 2) for passage in annotation.passages)


def test_a_post_of_a_megabyte_is_read_to_its_end(annotator: Annotator) -> None:
    text = "로그 " * 350_000 + "끝말잇기"
    (annotation,) = annotator.annotate([PostText(title=None, text=text)])
    assert annotation.passages[-1].end == len(text)
    assert annotation.passages[-1].forms[-1] in {"끝말잇기", "잇기", "잇", "끝말"}


def test_posts_are_annotated_in_their_order_and_as_if_alone(annotator: Annotator) -> None:
    post_texts = [
        PostText(title=None, text=text, source_tags=(text,))
        for text in ("연차 문의", "서버 장애", "", "백업")
    ]
    together = annotator.annotate(post_texts)
    assert [annotation.tags[0].key for annotation in together if annotation.tags] == [
        "연차 문의",
        "서버 장애",
        "백업",
    ]
    for post_text, annotation in zip(post_texts, together, strict=True):
        (alone,) = annotator.annotate([post_text])
        assert (alone.tags, alone.language) == (annotation.tags, annotation.language)
        assert [passage.forms for passage in alone.passages] == [
            passage.forms for passage in annotation.passages
        ]
    assert annotator.annotate([]) == []


def test_an_annotation_survives_the_way_between_processes(annotator: Annotator) -> None:
    (annotation,) = annotator.annotate([PostText(title=None, text="결재 라인 문의")])
    copy = pickle.loads(pickle.dumps(annotation))
    assert copy.tags == annotation.tags
    assert (copy.passages[0].spans == annotation.passages[0].spans).all()


def test_a_spec_travels_to_a_worker_and_builds_the_same_annotator(annotator: Annotator) -> None:
    assert pickle.loads(pickle.dumps(AnnotatorSpec())).build().revision == annotator.revision


def test_a_swapped_dictionary_changes_the_revision_and_the_terms() -> None:
    analyzer = MecabAnalyzer()
    annotator = build_annotator(analyzer=analyzer)
    before = annotator.revision
    analyzer.use(Dictionary([CompanyWord(word="두레봇알림", parts=("두레봇", "알림"))]))
    (annotation,) = annotator.annotate([PostText(title=None, text="두레봇알림을 켜세요")])
    assert annotation.revision.dictionary != before.dictionary
    assert annotation.revision.tagger == before.tagger
    assert {"두레봇알림", "두레봇", "알림"} <= set(annotation.passages[0].forms)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("VPN 연결이 안 돼요", "ko"),
        ("The backup failed again", "en"),
        ("쿠버네티스 pod가 CrashLoopBackOff 로 죽어요", "mixed"),
        ("확인했습니다 https://wiki.example.com/a/very/long/path", "ko"),
        ("ㅋㅋㅋ", "ko"),
        ("한글", "ko"),
        ("123 😀", "und"),
        ("", "und"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_without_an_encoder_there_are_no_vectors_and_it_says_why(annotator: Annotator) -> None:
    (annotation,) = annotator.annotate([PostText(title=None, text="연차 신청")])
    assert annotator.dimensions is None
    assert not annotator.vector("연차 신청")
    assert annotation.passages[0].vector is None
    assert annotation.revision.embedder is None
    assert "no encoder" in annotator.vector_lane


def test_an_encoder_that_finds_paraphrases_opens_the_vector_lane(tmp_path: Path) -> None:
    annotator = build_annotator(analyzer=MecabAnalyzer(), encoder=encoder(tmp_path, knows_the_answers=True))
    question, passage = pairs()[0]
    (read, unread) = annotator.annotate([PostText(title=None, text=passage), PostText(title=None, text="👍")])
    vector = annotator.vector(question)
    assert annotator.dimensions == 64
    assert "beats words" in annotator.vector_lane
    assert vector is not None
    assert read.passages[0].vector is not None
    assert read.passages[0].vector @ vector[annotator.revision.embedder or ""] > 0.5
    assert unread.passages[0].vector is None
    assert not annotator.vector("👍")
    assert read.revision.embedder == annotator.revision.embedder is not None


def test_an_encoder_that_does_not_beat_words_is_left_out_and_it_says_so(tmp_path: Path) -> None:
    annotator = build_annotator(analyzer=MecabAnalyzer(), encoder=encoder(tmp_path, knows_the_answers=False))
    assert annotator.dimensions is None
    assert annotator.revision.embedder is None
    assert "does not beat words" in annotator.vector_lane


class SilentEmbedder:
    revision = "silent"
    dimensions = 4

    def embed(self, texts: list[str]) -> npt.NDArray[np.float32]:
        return np.zeros((len(texts), 4), dtype=np.float32)


def test_words_find_some_paraphrases_but_not_most_at_first_rank() -> None:
    result = paraphrase_gate(SilentEmbedder(), MecabAnalyzer())
    assert 0.3 < result.words < 0.8
    assert result.vectors < 0.05
    assert not result.passed


def test_equal_scores_share_the_mean_of_their_ranks() -> None:
    assert mean_reciprocal_rank(np.zeros((3, 3))) == pytest.approx(1 / 2)
    assert mean_reciprocal_rank(np.eye(3)) == 1.0
    assert mean_reciprocal_rank(-np.eye(3)) == pytest.approx(1 / 3)


def test_every_paraphrase_has_a_question_and_a_passage_of_its_own() -> None:
    questions, passages = zip(*pairs(), strict=True)
    assert len(set(questions)) == len(set(passages)) == 60
