"""What stands beside a text is read after it: found, but no part of the text's places and meaning."""

import numpy as np
import pytest

from models.language.annotator import Annotator, AnnotatorSpec, PostText
from models.language.encoders import SHIPPED
from models.language.labels import LONGEST, labels_of
from models.language.packing import pack, unpack


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return AnnotatorSpec(encoder=SHIPPED).build()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://wiki.example/hr/parental-leave?page=2#top", ("wiki hr parental-leave",)),
        ("https://www.dure.co.kr/%EC%9D%B8%EC%82%AC/휴가_규정.html", ("dure 인사 휴가 규정 html",)),
        ("https://git.example/team/api/pull/4821", ("git team api pull 4821",)),
        ("http://[", ()),
        ("", ()),
    ],
)
def test_an_address_says_its_host_and_its_path(address: str, words: tuple[str, ...]) -> None:
    assert labels_of([], [], [address]) == words


def test_labels_are_cut_where_they_get_long() -> None:
    found = labels_of([f"보고서 {number}.hwp" for number in range(LONGEST)], ["늦은태그"], [])
    assert sum(map(len, found)) == LONGEST
    assert found[0] == "보고서 0 hwp"


def test_labels_add_terms_without_places_to_the_last_passage_alone(annotator: Annotator) -> None:
    text = "설비 점검은 매주 월요일에 합니다. " * 200
    plain = PostText(title="점검", text=text)
    labelled = PostText(title="점검", text=text, labels=labels_of(["출장여비_정산서.xlsx"], [], []))
    (one,) = annotator.annotate([plain])
    (other,) = annotator.annotate([labelled])
    *first, last = other.passages
    assert [passage.forms for passage in first] == [passage.forms for passage in one.passages[:-1]]
    assert last.text_forms == one.passages[-1].forms
    assert last.forms[len(last.text_forms) :] == ("출장", "여비", "정산", "xlsx")
    assert (last.spans[len(last.text_forms) :] == last.end).all()
    assert other.tags == one.tags
    assert other.language == one.language
    for left, right in zip(one.passages, other.passages, strict=True):
        np.testing.assert_array_equal(left.vector, right.vector)


def test_what_the_text_says_is_not_said_twice(annotator: Annotator) -> None:
    text = "정산서.xlsx 와 https://wiki.example/hr/parental-leave 보세요"
    labels = labels_of(["정산서.xlsx"], ["parental-leave"], ["https://wiki.example/hr/parental-leave"])
    (passage,) = annotator.annotate([PostText(title=None, text=text, labels=labels)])[0].passages
    assert passage.forms == passage.text_forms
    tags = ("kubernetes", "Kubernetes")
    (passage,) = annotator.annotate([PostText(title=None, text="배포", labels=tags)])[0].passages
    assert passage.forms == ("배포", "kubernet")


def test_a_post_of_nothing_but_a_file_is_read(annotator: Annotator) -> None:
    (annotation,) = annotator.annotate([PostText(title=None, text="", labels=("정산서 xlsx",))])
    (passage,) = unpack(pack(annotation)).passages
    assert passage.forms == ("정산", "xlsx")
    assert passage.text_forms == ()
    assert passage.vector is None


def test_vectors_made_again_are_of_the_text_alone(annotator: Annotator) -> None:
    post_text = PostText(title=None, text="연차 신청 방법", labels=("kubernetes",))
    (annotation,) = annotator.annotate([post_text])
    (again,) = annotator.embed_again([(post_text.text, pack(annotation))])
    assert again == pack(annotation)
