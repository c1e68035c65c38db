"""What should be told at once, between briefs: one sentence each, told once for as long as it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from attrs import evolve, frozen

from reports.delivery.ledger import Ledger
from reports.delivery.parcels import Parcel, sentences_parcel
from reports.delivery.receivers import Receiver
from reports.delivery.rounds import Errand
from reports.desk import Row
from reports.errors import BriefError
from reports.filters import Formats, excerpt, safe_url
from reports.language import SOURCE_LANGUAGE
from reports.page import opened_desk, write_whole

_LONGEST_WORDS = 120
_LONGEST_MESSAGE = 600


@frozen(kw_only=True)
class Alert:
    """One thing that holds now."""

    key: str
    """The same for as long as it holds."""
    sentence: str
    """With its number, what to do, and a link."""
    lists: tuple[str, ...]
    """Those that its account is in."""
    since: datetime | None = None
    """When it was first noticed; aware."""

    @property
    def parcel_key(self) -> str:
        """What a delivery of it is known by: once it has ended, the same thing is another alert."""
        return f"alert {self.key} {self.since:%Y-%m-%dT%H:%M:%SZ}"


def current_alerts(
    snapshot: Path, *, timezone: str, language: str = SOURCE_LANGUAGE, locale: str = "", catalogues: Path | None = None
) -> list[Alert]:
    """What ``marts.alerts`` of a published snapshot says. Raises BriefError as :func:`reports.brief.write_brief`."""
    with opened_desk(snapshot, timezone=timezone, language=language, locale=locale, catalogues=catalogues) as (desk, _):
        return [
            Alert(key=row["alert_key"], sentence=_sentence(row, desk.formats), lists=tuple(row["lists"] or ()))
            for row in desk.ask("alerts").rows
        ]


def known_since(path: Path, alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts, each with when it was first noticed where ``path`` says so."""
    since = _read(path)
    return [evolve(alert, since=since.get(alert.key)) for alert in alerts]


def noticed(path: Path, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """The same, and ``path`` written anew: what is new began ``now``, and what does not hold any more has ended.

    Raises BriefError when it cannot be written.
    """
    found = [evolve(alert, since=alert.since or now.replace(microsecond=0)) for alert in known_since(path, alerts)]
    kept = {alert.key: alert.since.astimezone(UTC).isoformat() for alert in found if alert.since}
    write_whole(path, json.dumps(kept, indent=1).encode())
    return found


def _read(path: Path) -> dict[str, datetime]:
    try:
        return {str(key): datetime.fromisoformat(at) for key, at in json.loads(path.read_bytes()).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BriefError(f"{path} cannot be read ({error}); delete it, and every alert is told once more.") from error


def alert_errands(
    alerts: Sequence[Alert], receivers: Sequence[Receiver], ledger: Ledger, now: datetime, *, issuer: str, name: str
) -> list[Errand]:
    """For every addressee one message with the alerts that it has not been told and that may be tried now."""
    errands = []
    for receiver in receivers:
        wanted = [each for each in alerts if not receiver.lists or set(receiver.lists) & set(each.lists)]
        for addressee in receiver.addressees:
            errand = Errand(parcel=_parcel(wanted, issuer, name), receiver=receiver, addressee=addressee)
            untold = [
                alert for alert, way in zip(wanted, errand.ways, strict=True) if ledger.state(way).may_be_tried(now)
            ]
            if untold:
                errands.append(evolve(errand, parcel=_parcel(untold, issuer, name)))
    return errands


def _parcel(alerts: Sequence[Alert], issuer: str, name: str) -> Parcel:
    first = excerpt(alerts[0].sentence, 90) if alerts else ""
    more = f" (+{len(alerts) - 1})" if len(alerts) > 1 else ""
    return sentences_parcel(
        f"{name or 'Rivalscope'}: {first}{more}",
        [alert.sentence for alert in alerts],
        keys=[alert.parcel_key for alert in alerts],
        issuer=issuer,
        name=name,
    )


def _sentence(row: Row, formats: Formats) -> str:
    tell = {
        "breakout": _breakout,
        "follower_jump": _follower_jump,
        "account_gone": _gone,
        "account_moved": _moved,
        "failed_visits": _failed,
    }
    whom = {"company": excerpt(row["company"], 60), "platform": formats.words.platform(row["platform"])}
    return f"{tell[row['kind']](row, formats, whom)} {safe_url(row['url'])}".rstrip()


def _breakout(row: Row, formats: Formats, whom: Mapping[str, str]) -> str:
    return formats.gettext(
        "%(company)s on %(platform)s: “%(words)s” has %(ratio)s times the engagement of its usual posts (%(number)s)."
        " Look at what it does differently.",
        words=excerpt(row["words"], _LONGEST_WORDS) or formats.gettext("a post without words"),
        ratio=formats.times(row["ratio"]),
        number=formats.count(row["number"]),
        **whom,
    )


def _follower_jump(row: Row, formats: Formats, whom: Mapping[str, str]) -> str:
    return formats.gettext(
        "%(company)s on %(platform)s gained %(number)s followers within a week, %(share)s more and far more than it"
        " usually does. Look at what brought them.",
        number=formats.count(row["number"]),
        share=formats.share(row["ratio"]),
        **whom,
    )


def _gone(row: Row, formats: Formats, whom: Mapping[str, str]) -> str:
    return formats.ngettext(
        "%(company)s on %(platform)s was gone at the last visit. If it moved, follow it with `rivalscope rename`, else"
        " take it off with `rivalscope remove`.",
        "%(company)s on %(platform)s was gone at the last %(number)s visits. If it moved, follow it with `rivalscope"
        " rename`, else take it off with `rivalscope remove`.",
        row["number"],
        number=formats.count(row["number"]),
        **whom,
    )


def _moved(row: Row, formats: Formats, whom: Mapping[str, str]) -> str:
    """The visit's message says where to, and how to follow."""
    said = excerpt(row["words"], _LONGEST_MESSAGE).rstrip(".")
    return formats.gettext("%(company)s on %(platform)s goes on elsewhere (%(said)s).", said=said, **whom)


def _failed(row: Row, formats: Formats, whom: Mapping[str, str]) -> str:
    why = excerpt(row["words"], _LONGEST_WORDS).rstrip(".") or formats.words.outcome(row["outcome"])
    if row["outcome"] == "layout_changed":
        return formats.ngettext(
            "%(company)s on %(platform)s: the last visit failed (%(why)s). Update Rivalscope; what was kept can then be"
            " read again with `rivalscope reparse`.",
            "%(company)s on %(platform)s: the last %(number)s visits failed (%(why)s). Update Rivalscope; what was kept"
            " can then be read again with `rivalscope reparse`.",
            row["number"],
            number=formats.count(row["number"]),
            why=why,
            **whom,
        )
    return formats.ngettext(
        "%(company)s on %(platform)s: the last visit failed (%(why)s). If it opens in a browser, ask `rivalscope check"
        " --online`.",
        "%(company)s on %(platform)s: the last %(number)s visits failed (%(why)s). If it opens in a browser, ask"
        " `rivalscope check --online`.",
        row["number"],
        number=formats.count(row["number"]),
        why=why,
        **whom,
    )
