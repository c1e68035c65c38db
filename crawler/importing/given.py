"""Which files are meant: names as they are typed, matched, or dropped on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from os import sep, walk
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit

from attrs import define, field

from crawler.importing.outcome import ImportProblem
from crawler.reading.x_export import beside_posts

_ADDRESS = re.compile(r"(?i)https?://")
_QUOTED = re.compile(r"(['\"])(.*)\1", re.DOTALL)
_SYSTEM_NAMES = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@define
class Given:
    """Files that the words of a command mean, and what is wrong with the words."""

    words: Sequence[str | Path]
    problems: list[ImportProblem] = field(factory=list)
    side_file_count: int = 0

    def __iter__(self) -> Iterator[Path]:
        seen: set[Path] = set()
        for word in self.words:
            for path in self._files(word):
                if path not in seen:
                    seen.add(path)
                    yield path

    def _files(self, word: str | Path) -> Iterator[Path]:
        try:
            path = path_of(str(word))
            if path is not None and path.is_dir():
                yield from self._folder(path, str(word))
                return
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it holds a character that no path has"
            self._say(str(word), f"cannot be read: {reason}")
            return
        if path is not None and path.is_file():
            yield path
            return
        if path is not None:
            # a pipe or a device may never end
            self._say(str(word), "is neither a file nor a folder")
            return
        found = [Path(each) for each in _matches(str(word))]
        found = [each for each in found if each.is_file()]
        if not found and _ADDRESS.match(str(word).strip()):
            self._say(str(word), "is an address, not a file; save the page and import that, or: rivalscope add LINK")
        elif not found and str(word) == "-":
            self._say("-", "would be standard input, which cannot be read twice; name a file")
        elif not found:
            self._say(str(word), "does not exist; check the spelling")
        yield from found

    def _folder(self, folder: Path, word: str) -> Iterator[Path]:
        unread: list[OSError] = []
        found = []
        for where, _, names in walk(folder, onerror=unread.append):
            found += [Path(where) / name for name in names]
        aside = beside_posts(found)
        files = [
            each
            for each in sorted(found)
            if each not in aside and each.is_file() and not is_side_file(each.relative_to(folder))
        ]
        self.side_file_count += len(found) - len(files)
        for error in unread:
            self._say(str(error.filename), f"cannot be read: {error.strerror}")
        if not files and not unread:
            self._say(word, "is an empty folder")
        yield from files

    def _say(self, where: str, message: str) -> None:
        self.problems.append(ImportProblem(where=where, message=message))


def is_side_file(inside: PurePath) -> bool:
    """Whether a file was put beside others by a browser ("complete" pages) or a system, not by a person."""
    parts = [part for part in inside.parts if part not in (".", "..")]
    return any(part.startswith(".") or part in _SYSTEM_NAMES for part in parts) or any(
        part.endswith(("_files", "_fichiers", "_archivos", "_arquivos", "-Dateien", "_bestanden", ".fld"))
        for part in parts[:-1]
    )


def path_of(word: str) -> Path | None:
    """The file or folder that ``word`` names, however it came to the terminal; ``None`` when there is none.

    Dropped paths come in quotes, with backslashes before blanks, as ``file://`` addresses, or with a blank behind.
    Raises OSError and ValueError for names that no system takes.
    """
    for name in dict.fromkeys(_spellings(word)):
        if name and (path := Path(name).expanduser()).exists():
            return path
    return None


def _spellings(word: str) -> Iterator[str]:
    yield word
    plain = word.strip()
    yield plain
    if quoted := _QUOTED.fullmatch(plain):
        plain = quoted.group(2)
        yield plain
    if plain.lower().startswith("file:"):
        parts = urlsplit(plain)
        path = unquote(parts.path)
        yield path.removeprefix("/") if re.match(r"/[A-Za-z]:", path) else path
    if sep == "/":
        yield re.sub(r"\\(.)", r"\1", plain)


def _matches(word: str) -> list[str]:
    for name in dict.fromkeys(_spellings(word)):
        if has_magic(name) and (found := glob(str(Path(name).expanduser()), recursive=True)):  # noqa: PTH207 - may be absolute
            return sorted(found)
    return []
