"""A mistake in one sentence: what is wrong, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from crawler.config.spelling import nearest
from crawler.config.tables import (
    AnalysisSettings,
    BriefSettings,
    CampaignSettings,
    ExplainedOutcomes,
    ExplainedTable,
    ListSchedule,
    Network,
    PlanSettings,
    PlatformSettings,
    RetentionSettings,
    ScheduleSettings,
)
from crawler.config.whole import Account, Config
from crawler.receivers import AlertSettings, DeliverSettings, ReceiverSettings

_TYPE_SENTENCES = {
    "bool_type": "must be true or false, without quotes",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number, without quotes",
    "float_type": "must be a number, without quotes",
    "tuple_type": 'must be a list in brackets, like ["coffee"]',
    "enum": "is no platform",
    "is_instance_of": "must be text in quotes",
    "string_pattern_mismatch": 'must be letters, digits and hyphens, like "eu-central-1"',
    "date_type": "must be a date without quotes, like 2026-12-01",
}
_LENGTHS = {
    "string_too_long": "is too long; the most is {} characters",
    "too_long": "holds too much; the most is {}",
    "too_short": "is empty; write at least {}",
}
_LONGEST_SHOWN = 60
_KEYS: Mapping[str, type[BaseModel]] = {
    "network": Network,
    "analysis": AnalysisSettings,
    "brief": BriefSettings,
    "schedule": ScheduleSettings,
    "retention": RetentionSettings,
    "deliver": DeliverSettings,
    "alerts": AlertSettings,
    "plan": PlanSettings,
    "accounts": Account,
    "imports": ExplainedTable,
    "import": ExplainedOutcomes,
    "": Config,
}


def sentence_of(detail: ErrorDetails) -> str:
    """What pydantic found, without file and line."""
    location = [part for part in detail["loc"] if isinstance(part, str)]
    key = location[-1] if location else ""
    table = location[0] if len(location) > 1 else ""
    kind = detail["type"]
    if kind == "extra_forbidden":
        model = PlatformSettings if table == "platforms" else _KEYS[table]
        model = ListSchedule if location[:2] == ["schedule", "lists"] else model
        if location[:2] == ["deliver", "to"]:
            if key == "address":
                return f"an address holds secrets and does not belong here: rivalscope deliver --connect {location[2]}"
            model = ReceiverSettings
        model = CampaignSettings if location[:2] == ["plan", "campaigns"] else model
        where = f" in [{'.'.join(location[:-1])}]" if table else ""
        return f"unknown key {key!r}{where}{nearest(key, model.model_fields) or '; remove it.'}"
    if kind == "missing":
        if table == "plan":
            example = {"name": '"Spring sale"'}.get(key, "2026-12-01")
            return f"this campaign has no {key}; add: {key} = {example}"
        if table == "import":
            return f'[{".".join(location[:-1])}] has no {key}; add: {key} = {{ date = "Day", revenue = "Takings" }}'
        if table == "schedule":
            return f'[{".".join(location[:-1])}] has no {key}; add: {key} = ["05:00", "17:00"]'
        if table == "imports":
            example = '["Posted on", "Link"]' if key == "headers" else '{ published_at = "Posted on", url = "Link" }'
            return f"this table has no {key}; add: {key} = {example}"
        example = '"https://…"' if key == "url" else '"Acme"'
        return f"this account has no {key}; add: {key} = {example}"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"{key} must be a table: write [{'.'.join(location)}] on a line of its own, and its keys below."
    if kind == "tuple_type" and location == ["accounts"]:
        return "accounts are a list: write [[accounts]] with two brackets, once for each account."
    context = detail.get("ctx", {})
    if kind == "greater_than_equal":
        return f"{key} = {detail['input']} is too small; the least is {context['ge']}."
    if kind == "less_than_equal":
        return f"{key} = {detail['input']} is too large; the most is {context['le']}."
    if kind in _LENGTHS:
        [bound] = (value for name, value in context.items() if name in ("min_length", "max_length"))
        return f"{key} {_LENGTHS[kind].format(bound)}."
    if kind == "value_error":
        return f"{key} {context['error']}"
    said = _TYPE_SENTENCES.get(kind, detail["msg"])
    if table == "deliver":  # what stands there may be a secret
        return f"{key} {said}."
    shown = repr(detail["input"])
    return f"{key} {said}, not {shown if len(shown) <= _LONGEST_SHOWN else f'{shown[:_LONGEST_SHOWN]}…'}."


def syntax_sentence(text: str, message: str, name: str) -> str:
    """What :mod:`tomllib` found in ``text``, the file called ``name``."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    line = int(found.group(1)) if found else max(1, len(text.splitlines()))
    plain = message.partition(" (at ")[0].replace("Cannot overwrite a value", "this key stands here a second time")
    shown = (text.splitlines() or [""])[min(line, len(text.splitlines()) or 1) - 1].strip()
    hint = ' (text needs quotes: key = "value")' if re.match(r"[\w.-]+\s*=\s*[^\s\"'\[{\d]", shown) else ""
    return f"{name} line {line}: this is not TOML: {plain[:1].lower()}{plain[1:]}{hint}"
