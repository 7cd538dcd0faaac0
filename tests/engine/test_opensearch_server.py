"""How the script for a real OpenSearch fails; that it works is shown by every test that uses it."""

from pathlib import Path

import opensearch_installation
import pytest
from opensearch_installation import installation
from server_process import PrerequisiteError, link_tree


def test_without_maven_the_reason_is_said_and_nothing_half_fetched_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_installation, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PrerequisiteError, match="Maven"):
        installation(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_finished_installation_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_installation, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", "")
    (tmp_path / "home").mkdir()
    assert installation(tmp_path) == tmp_path / "home"


def test_another_user_may_enter_the_linked_copy_but_not_our_cache(tmp_path: Path) -> None:
    source = tmp_path / "cache"
    (source / "lib").mkdir(parents=True)
    (source / "lib" / "opensearch.jar").write_bytes(b"jar")
    source.chmod(0o700)
    copy = link_tree(source, tmp_path / "run")
    assert copy.stat().st_mode & 0o777 == (copy / "lib").stat().st_mode & 0o777 == 0o755
    assert (copy / "lib" / "opensearch.jar").samefile(source / "lib" / "opensearch.jar")
    assert source.stat().st_mode & 0o777 == 0o700
