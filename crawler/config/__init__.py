"""The list and the settings a user writes (``rivalscope.toml``), checked, each mistake named with its line.

The way of a file: read (:mod:`.files`), each value checked (:mod:`.values`) as its table says (:mod:`.tables`,
:mod:`.whole`), then all of it together; what is wrong becomes a sentence (:mod:`.sentences`) with its line
(:mod:`.lines`). Tables are pydantic models.
"""

from __future__ import annotations

from crawler.config.errors import ConfigError
from crawler.config.files import FILE_NAME, find_config, load_config, parse_config, read_config_text
from crawler.config.spelling import nearest
from crawler.config.whole import Account, Config

__all__ = [
    "FILE_NAME",
    "Account",
    "Config",
    "ConfigError",
    "find_config",
    "load_config",
    "nearest",
    "parse_config",
    "read_config_text",
]
