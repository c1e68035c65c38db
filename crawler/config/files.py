"""From a file, or its text, to a checked configuration."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from crawler.config.errors import ConfigError
from crawler.config.lines import Lines
from crawler.config.sentences import sentence_of, syntax_sentence
from crawler.config.whole import Config, second_look

FILE_NAME = "rivalscope.toml"


def find_config(start: Path) -> Path:
    """``rivalscope.toml`` in ``start`` or the nearest folder above it; :class:`ConfigError` when there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise ConfigError(f"There is no {FILE_NAME} in {start} or above it; make one with: rivalscope init")


def load_config(path: Path) -> Config:
    """Read and check ``path``; :class:`ConfigError` names every mistake, one sentence each."""
    return parse_config(read_config_text(path), path.name)


def read_config_text(path: Path) -> str:
    """The text of ``path``, a byte order mark removed; :class:`ConfigError` when it is not there or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name} is not UTF-8 (byte {error.start + 1}); save it as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); make one with: rivalscope init") from None


def parse_config(text: str, name: str = FILE_NAME) -> Config:
    """As :func:`load_config`, from the file's text; ``name`` is what the sentences call the file."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(syntax_sentence(text, str(error), name)) from None
    lines = Lines(text)
    problems: list[tuple[int, str]] = []
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            line = lines.of(detail["loc"])
            problems.append((line, f"{name} line {line}: {sentence_of(detail)}"))
        raise ConfigError(*(sentence for _, sentence in sorted(set(problems)))) from None
    problems += ((line, f"{name} line {line}: {text}") for line, text in second_look(config, lines))
    if problems:
        raise ConfigError(*(sentence for _, sentence in sorted(set(problems))))
    return config
