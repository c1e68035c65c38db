"""The audit in words: what each rule found, what others do, how it is mended; as lines for a terminal, as Markdown.

Nothing is summed up to a score: every count stands beside what it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from reports.desk import Desk, Row, grouped
from reports.exports import markdown_text
from reports.filters import Formats, excerpt, safe_url
from reports.language import marked
from reports.page import opened_desk

STATES: Final[Mapping[str, str]] = {
    "ok": marked("kept"),
    "missing": marked("missing"),
    "below": marked("less than advised"),
    "over": marked("more than allowed or advised"),
    "outdated": marked("out of date"),
    "unreachable": marked("does not answer"),
    "contradictory": marked("contradictory"),
    "unconfirmed": marked("not confirmed"),
    "not_visible": marked("not visible here"),
}
_SILENT: Final = ("ok", "unconfirmed", "not_visible")


@frozen(kw_only=True)
class Evidence:
    """Where a finding can be seen."""

    url: str
    """Empty when it is no plain web address."""
    text: str
    """A stranger's words, cut; ``""`` when there are none."""
    said: str
    """The number, size or word that counts."""


@frozen(kw_only=True)
class Finding:
    """One rule and account, in words; what is known of it is in ``row``."""

    row: Row
    title: str
    state: str
    """In words."""
    found: str
    others: str
    """What the other companies on the platform do."""
    why: str
    how: str
    source: str
    """Who says so, and when somebody last looked."""
    evidence: tuple[Evidence, ...]

    @property
    def is_open(self) -> bool:
        """Whether there is something to mend."""
        return self.row["state"] not in _SILENT


@frozen(kw_only=True)
class AuditedAccount:
    """All that was asked of one account."""

    row: Row
    counts: Row
    """``rule_count``, ``kept_count``, ``open_count``, ``unconfirmed_count``, ``unseen_count``."""
    findings: tuple[Finding, ...]

    @property
    def to_mend(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.is_open)

    def titles(self, state: str) -> tuple[str, ...]:
        """What is in this state."""
        return tuple(each.title for each in self.findings if each.row["state"] == state)


def audited_accounts(desk: Desk, *, is_own_only: bool = False) -> tuple[AuditedAccount, ...]:
    """Every account of the snapshot, or of the own brand in it, with its rules; own brand first."""
    counts = {row["account_id"]: row for row in desk.ask("audit_accounts").rows}
    return tuple(
        AuditedAccount(
            row=group[0], counts=counts[account_id], findings=tuple(_finding(row, desk.formats) for row in group)
        )
        for account_id, group in grouped(desk.ask("audit").rows, "account_id")
        if group[0]["is_own"] or not is_own_only
    )


def _finding(row: Row, formats: Formats) -> Finding:
    checked = formats.day(row["limit_checked_on"])
    return Finding(
        row=row,
        title=formats.translated(row["title"]),
        state=formats.gettext(STATES[row["state"]]),
        found=_found(row, formats),
        others=_others(row, formats),
        why=formats.translated(row["why"]),
        how=formats.translated(row["how"]),
        source=formats.gettext(
            "%(source)s; looked at on %(day)s", source=row["limit_source"] or row["source"], day=checked
        ),
        evidence=tuple(
            Evidence(
                url=safe_url(each["url"]),
                text=excerpt(each["text"], 160),
                said=_said(each["said"], row["unit"], formats),
            )
            for each in row["evidence"]
            if row["state"] not in _SILENT
        ),
    )


def _said(said: str | None, unit: str, formats: Formats) -> str:
    """What counts in a piece of evidence; a bare number gets its noun."""
    if said is None:
        return ""
    if said.isdecimal() and unit in ("characters", "hashtags"):
        return _amount(float(said), unit, formats)
    return excerpt(said, 120)


def _found(row: Row, formats: Formats) -> str:
    value, unit = row["value"], row["unit"]
    if row["state"] == "not_visible":
        return formats.gettext("not visible here")
    if unit == "problems":
        return formats.gettext(
            "%(part)s of %(whole)s", part=formats.count(row["finding_count"]), whole=formats.count(row["seen_count"])
        )
    if unit == "presence":
        return formats.gettext("yes") if value else formats.gettext("no")
    amount = _amount(value, unit, formats)
    if row["limit_value"] is not None:
        values = {"amount": amount, "limit": row["limit_value"]}
        if row["limit_kind"] == "cap":
            amount = formats.gettext("%(amount)s; cap %(limit)s", **values)
        else:
            amount = formats.gettext("%(amount)s; advised %(limit)s", **values)
    if row["seen_count"] > 1 or unit == "share":
        return formats.gettext(
            "%(amount)s (of %(count)s looked at)", amount=amount, count=formats.count(row["seen_count"])
        )
    return amount


def _amount(value: float | None, unit: str, formats: Formats) -> str:
    if value is None:
        return formats.not_known()
    match unit:
        case "share":
            return formats.share(value)
        case "characters":
            return formats.ngettext("%(number)s character", "%(number)s characters", value, number=formats.count(value))
        case "hashtags":
            number = formats.count(value) if value == round(value) else formats.rate(value)
            return formats.ngettext("%(number)s hashtag", "%(number)s hashtags", value, number=number)
        case "pixels":
            return formats.gettext("%(number)s pixels wide", number=formats.count(value))
        case "ratio":
            return formats.gettext("%(number)s times as wide as high", number=formats.times(value))
        case "hours":
            return formats.gettext("%(number)s hours", number=formats.rate(value))
        case _:
            return formats.count(value)


def _others(row: Row, formats: Formats) -> str:
    count = row["field_company_count"]
    if not count:
        return formats.gettext("nobody else to compare with")
    kept = formats.gettext(
        "%(part)s of %(whole)s others keep it", part=formats.count(row["field_ok_count"]), whole=formats.count(count)
    )
    if row["unit"] in ("presence", "problems") or row["field_value"] is None:
        return kept
    return formats.gettext(
        "%(kept)s; in the middle %(amount)s", kept=kept, amount=_amount(row["field_value"], row["unit"], formats)
    )


# ---------------------------------------------------------------- for a terminal, and as Markdown


def audit_text(snapshot: Path, *, form: str, companies: Sequence[str] = (), timezone: str | None = None) -> str:
    """The audit of these companies, in English; of the own brand when none is named, of all where there is no own one.

    ``form`` is ``text`` or ``md``. Raises BriefError and UnknownNameError as :func:`reports.page.opened_desk` does.
    """
    with opened_desk(snapshot, timezone=timezone, companies=_looked_at(snapshot, companies)) as (desk, _):
        accounts = audited_accounts(desk)
        lines = _markdown(accounts, desk) if form == "md" else _lines(accounts, desk)
        return "\n".join(lines).rstrip()


def audit_query(snapshot: Path, *, companies: Sequence[str] = ()) -> str:
    """The query behind :func:`audit_text`, whose rows a program can read. Raises the same."""
    with opened_desk(snapshot, timezone=None, companies=_looked_at(snapshot, companies)) as (desk, _):
        return desk.ask("audit").sql


def _looked_at(snapshot: Path, companies: Sequence[str]) -> Sequence[str]:
    """The named companies, else the own brand; empty, that is all, where there is none."""
    if companies:
        return companies
    with opened_desk(snapshot, timezone=None) as (desk, _):
        return sorted({row["company"] for row in desk.ask("audit").rows if row["is_own"]})


def _heading(account: AuditedAccount, desk: Desk) -> str:
    row = account.row
    you = " (you)" if row["is_own"] else ""
    return f"{row['company']}{you}, {desk.words.platform(row['platform'])}: {row['url']}"


def _summary(account: AuditedAccount) -> str:
    counts = account.counts
    return (
        f"{counts['kept_count']} of {counts['rule_count']} rules kept, {counts['open_count']} to mend, "
        f"{counts['unconfirmed_count']} not confirmed, {counts['unseen_count']} not visible"
    )


def _lines(accounts: Sequence[AuditedAccount], desk: Desk) -> Iterator[str]:
    for account in accounts:
        yield _heading(account, desk)
        yield f"  {_summary(account)}"
        for finding in account.to_mend:
            yield ""
            yield f"  {finding.title}: {finding.state}"
            yield f"    found   {finding.found}"
            for each in finding.evidence:
                parts = (each.url, each.said, f"“{each.text}”" if each.text else "")
                yield "    where   " + "  ".join(part for part in parts if part).replace("\n", " ")
            yield f"    why     {finding.why}"
            yield f"    mend    {finding.how}"
            yield f"    others  {finding.others}"
            yield f"    source  {finding.source}"
        yield ""
        yield from (f"  {line}" for line in _rest(account))
        yield ""


def _markdown(accounts: Sequence[AuditedAccount], desk: Desk) -> Iterator[str]:
    yield "# Audit"
    for account in accounts:
        yield from ("", f"## {markdown_text(_heading(account, desk))}", "", f"{_summary(account)}.", "")
        if account.to_mend:
            yield "| Rule | State | Found | Where | Why | How to mend it | What others do | Source |"
            yield "|---|---|---|---|---|---|---|---|"
        for finding in account.to_mend:
            cells = [markdown_text(cell) for cell in (finding.title, finding.state, finding.found)]
            cells.append("; ".join(_markdown_place(each) for each in finding.evidence))
            cells += [markdown_text(cell) for cell in (finding.why, finding.how, finding.others, finding.source)]
            yield f"| {' | '.join(cells)} |"
        yield ""
        for line in _rest(account):
            yield from (markdown_text(line), "")


def _markdown_place(seen: Evidence) -> str:
    link = f"<{seen.url.replace('|', '%7C')}>" if seen.url else ""
    return " ".join(part for part in (link, markdown_text(seen.said), markdown_text(seen.text)) if part)


def _rest(account: AuditedAccount) -> Iterator[str]:
    """What needs no mending, a line each."""
    for words, state in (("Kept", "ok"), ("Not confirmed", "unconfirmed"), ("Not visible here", "not_visible")):
        if titles := account.titles(state):
            yield f"{words}: {'; '.join(titles)}."
