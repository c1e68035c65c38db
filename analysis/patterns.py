"""The regular expressions among the rules for post types, ours and the user's, as macros that DuckDB compiles once.

A pattern that stands in a table is compiled again for every post, which takes twelve times as long as reading the post.
``patterns_in(content, language)`` holds them as constants instead: a list of ``{list, name, found, weight}``, one for
each pattern that fits, ``found`` being the words that it found. Most posts fit none, which ``fits_a_pattern(content)``
tells by the signs that a pattern needs, and for those that need none by one look for all of them together.

``holds_telling_numbers(words)`` is a pattern too: whether words, with their numbers as they were written, hold one of a
phrase that has numbers in all its words ("2x1"). Other phrases are found by another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import duckdb

from analysis.pattern_signs import needed_signs

_TOGETHER = 40
"""Patterns that are looked for at once; many more would outgrow the memory that one expression may take."""
_SHAPE = "struct(list text, name text, found text, weight decimal(4, 2))[]"
_RULES = """
    select 'post_type', post_type, nullif(language, '*'), phrase[2:-2], weight::text
    from seeds.post_type_rules where starts_with(phrase, '/')
    union all
    select 'own_post_type', post_type, language, phrase, weight::text
    from config.own_post_types where is_pattern
    order by all
"""

_NUMBERS = """
    with phrases as (
        select phrase from seeds.post_type_rules where not starts_with(phrase, '/')
        union
        select phrase from seeds.call_to_action_phrases
        union
        select plain_words(phrase) from config.own_post_types where not is_pattern
    ),
    phrase_words as (
        select list_filter(string_split(phrase, ' '), lambda word: word not in ('', '<start>', '<end>')) as words
        from phrases
    )
    select distinct unnest(words) as word from phrase_words
    where len(list_filter(words, lambda word: not contains(word, '0'))) = 0
    order by word
"""

_Rule = tuple[str, str, str | None, str, str]
_Item = TypeVar("_Item")


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Create all three from ``seeds.post_type_rules``, ``seeds.call_to_action_phrases`` and ``config.own_post_types``.

    Raises ``duckdb.Error`` for a pattern that is none.
    """
    rules: list[_Rule] = connection.execute(_RULES).fetchall()
    plain = [rule for rule in rules if not needed_signs(rule[3])]
    batches = list(_batches(plain))
    looks = [_fits_any(connection, batch) for batch in batches]
    signed = [rule for rule in rules if needed_signs(rule[3])]
    fits = [f"({_holds(rule)} and {_fits(rule[3])})" for rule in signed]
    found = [f"case when {look} then {_found(batch)} else [] end" for look, batch in zip(looks, batches, strict=True)]
    connection.execute(f"create or replace macro fits_a_pattern(content) as {' or '.join(fits + looks) or 'false'}")
    connection.execute(
        f"create or replace macro patterns_in(content, language) as ({' || '.join([_found(signed), *found])})::{_SHAPE}"
    )
    numbers = [word for (word,) in connection.execute(_NUMBERS).fetchall()]
    looks = [f"regexp_matches(words, {_text(_any_word(batch))})" for batch in _batches(numbers)]
    connection.execute(f"create or replace macro holds_telling_numbers(words) as {' or '.join(looks) or 'false'}")


def _batches(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    for start in range(0, len(items), _TOGETHER):
        yield list(items[start : start + _TOGETHER])


def _any_word(words: list[str]) -> str:
    """A pattern that fits where one of these stands among words; a 0 in them is any number."""
    return " (?:" + "|".join(re.escape(word).replace("0", "[0-9]+") for word in words) + ") "


def _fits_any(connection: duckdb.DuckDBPyConnection, rules: list[_Rule]) -> str:
    """Whether any of these patterns fits, as an expression; true where one look cannot tell."""
    fits = _fits("|".join(f"(?:{rule[3]})" for rule in rules))
    try:
        connection.execute(f"select {fits} from (select '' as content)")  # noqa: S608  # quoted
    except duckdb.Error:  # each is right alone, but two may name their groups alike
        return "true"
    return fits


def _fits(pattern: str) -> str:
    return f"regexp_matches(content, {_text(pattern)}, 'i')"


def _holds(rule: _Rule) -> str:
    """Whether the signs are there without which the pattern fits nothing, as an expression."""
    needs = [
        " or ".join(f"contains(content, {_text(sign)})" for sign in sorted(signs)) for signs in needed_signs(rule[3])
    ]
    return " and ".join(f"({need})" for need in needs) or "true"


def _found(rules: list[_Rule]) -> str:
    """What these patterns find, as an expression that is a list."""
    return f"list_filter([{', '.join(map(_hit, rules))}], lambda hit: hit.found != '')"


def _hit(rule: _Rule) -> str:
    """A struct, null for a post in another language or without the signs."""
    hits, name, language, pattern, weight = rule
    speaks = "" if language is None else f" and coalesce(language, {_text(language)}) = {_text(language)}"
    return (
        f"case when {_holds(rule)}{speaks} then {{'list': {_text(hits)}, 'name': {_text(name)}, "
        f"'found': left(regexp_extract(content, {_text(pattern)}, 0, 'i'), 60), 'weight': {weight}::decimal(4, 2)}} end"
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
