"""How ready the own brand's profiles, posts and pages are to be found and shared, beside what the field does."""

from __future__ import annotations

from typing import Any

from reports.audit import AuditedAccount, audited_accounts
from reports.desk import Desk, Section


def sharing(desk: Desk) -> Section:
    """What to mend in own accounts, account by account, and rule by rule what the other companies do."""
    rules, field = desk.ask("audit"), desk.ask("audit_field")
    return Section(
        key="sharing",
        title=desk.gettext("Make it shareable"),
        answers=[desk.ask("audit_accounts"), rules, field],
        is_empty=not rules.rows,
        empty=desk.gettext("No profile, post or page was seen yet that could be looked at."),
        content={
            "accounts": [_shown(account) for account in audited_accounts(desk, is_own_only=True)],
            "field": [
                {**row, "title": desk.formats.translated(row["title"])} for row in field.rows if row["company_count"]
            ],
        },
    )


def _shown(account: AuditedAccount) -> dict[str, Any]:
    return {
        "row": account.row,
        "to_mend": account.to_mend,
        "unconfirmed": account.titles("unconfirmed"),
        "unseen": account.titles("not_visible"),
        "counts": account.counts,
    }
