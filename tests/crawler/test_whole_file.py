"""What is replaced as a whole is the old file or the new one, whatever fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.whole_file import replacing, write_whole


def test_the_new_content_stands_there_with_the_rights_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    write_whole(path, b"one")
    path.chmod(0o640)
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_half_way_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    write_whole(path, b"one")
    with pytest.raises(ValueError, match="half"), replacing(path) as part:
        part.write_bytes(b"tw")
        raise ValueError("half way")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_whole(tmp_path / "folder", b"x")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder", "list.toml"]
