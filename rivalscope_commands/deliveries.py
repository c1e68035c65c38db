"""``deliver`` and ``alerts``: briefs and news go to those who want them, each once."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.commands import delivering
from crawler.commands.session import current_time, locked, opened
from crawler.commands.terminal import NOTHING, UNDELIVERED, err, fail, say
from crawler.config import Config
from crawler.project import Project
from crawler.receivers import News, open_receivers
from reports.file_names import brief_stem
from rivalscope_commands.lists import check_lists
from rivalscope_commands.options import ListName, Wait, parse_week
from rivalscope_commands.snapshots import snapshot_of
from rivalscope_commands.telling import spoken_language

if TYPE_CHECKING:
    from crawler.run_report import ReportFile
    from reports.delivery import Attempt, Errand, Receiver


def deliver_due(project: Project, config: Config, report: ReportFile, written: Mapping[Path, str]) -> None:
    """Bring what was written now (page → its list's name), what did not arrive before, and alerts to whoever wants it.

    What does not arrive goes into the report; nothing ends the run.
    """
    from crawler.credentials import CredentialError
    from reports.delivery import Ledger, waiting_briefs
    from reports.errors import BriefError

    if not config.deliver.to:
        return
    try:
        pages = waiting_briefs(project.briefs, Ledger(project.deliveries), current_time(), config.list_names)
        report.report.undelivered = _deliver_briefs(project, config, {**pages, **written})
        report.report.undelivered += _deliver_alerts(project, config)
    except (BriefError, CredentialError) as error:
        report.report.undelivered = [f"Nothing was delivered: {error}"]
    report.step("deliver")


def _deliver_briefs(
    project: Project,
    config: Config,
    pages: Mapping[Path, str],
    *,
    only: Collection[str] | None = None,
    is_asked: bool = False,
    is_again: bool = False,
) -> list[str]:
    """Pages (and whose list's each is) to whoever wants them; a sentence for each that did not arrive.

    Raises BriefError and CredentialError where nothing can be delivered at all.
    """
    from reports.delivery import Receiver, brief_errands

    receivers = [Receiver(**each) for each in open_receivers(config.deliver, project.root, News.BRIEF)]
    wanted = [each for each in receivers if only is None or each.name in only]
    errands, remarks = brief_errands(pages, wanted, issuer=str(project.root), name=config.brief.name)
    for remark in remarks:
        say(remark, err)
    return _hand_out(project, errands, is_asked=is_asked, is_again=is_again)


def _deliver_alerts(project: Project, config: Config) -> list[str]:
    """What holds now and was not told yet, to whoever wants alerts; a sentence for each that did not arrive."""
    from reports.alerts import alert_errands, current_alerts, noticed
    from reports.delivery import Ledger, Receiver

    receivers = [Receiver(**each) for each in open_receivers(config.deliver, project.root, News.ALERTS)]
    if not receivers or not project.snapshot.exists():
        return []
    now = current_time()
    alerts = current_alerts(project.snapshot, timezone=config.timezone, **spoken_language(project, config))
    errands = alert_errands(
        noticed(project.alerts, alerts, now),
        receivers,
        Ledger(project.deliveries),
        now,
        issuer=str(project.root),
        name=config.brief.name,
    )
    return _hand_out(project, errands)


def _hand_out(
    project: Project, errands: Sequence[Errand], *, is_asked: bool = False, is_again: bool = False
) -> list[str]:
    """Deliver, say and land what came of it; a sentence for each errand that failed. The caller holds the lock."""
    from reports.delivery import Ledger, go_round

    failures = []
    attempts = []
    ledger = Ledger(project.deliveries)
    for attempt in go_round(errands, ledger, current_time, is_asked=is_asked, is_again=is_again):
        attempts.append(attempt)
        if attempt.is_delivered:
            remark = f" {attempt.sentence}" if attempt.sentence else ""
            say(f"Delivered {attempt.errand.parcel.subject!r} to {attempt.errand.whom}.{remark}")
        else:
            failures.append(attempt.sentence)
    if attempts:
        _land_deliveries(project, attempts)
    return failures


def _land_deliveries(project: Project, attempts: Sequence[Attempt]) -> None:
    from crawler.landing import LandingWriter, own_line
    from crawler.plan import new_crawl_id

    crawl_id = f"deliver-{new_crawl_id(current_time())}"
    with LandingWriter(project.landing, crawl_id, "deliver") as writer:
        for attempt in attempts:
            stated = {
                "receiver": attempt.errand.receiver.name,
                "way": attempt.errand.receiver.way,
                "addressee": attempt.errand.addressee or None,
                "is_delivered": attempt.is_delivered,
                "message": attempt.sentence or None,
            }
            for parcel in attempt.errand.parcel.keys:
                record = own_line("delivery", {"parcel": parcel, **stated}, crawl_id=crawl_id, observed_at=attempt.at)
                writer.write(record)


def alerts() -> None:
    """Show what should be known before the next brief.

    Posts that break out, competitors' followers that jump, accounts that are gone, visits that fail again and again.
    From which numbers on, stands under [alerts] in rivalscope.toml. Each is told once to those whose [deliver.to.NAME]
    has tell = ["brief", "alerts"], after each crawl and run.

    \b
    Example:
      rivalscope alerts
    """
    from reports.alerts import current_alerts, known_since

    project, config = opened()
    snapshot = snapshot_of(project, config, None)
    now = known_since(
        project.alerts, current_alerts(snapshot, timezone=config.timezone, **spoken_language(project, config))
    )
    if not now:
        say("Nothing needs telling before the next brief.")
    for alert in now:
        say(alert.sentence if alert.since is None else f"{alert.since:%Y-%m-%d}  {alert.sentence}")


def deliver(
    week: Annotated[
        Any,
        typer.Option(parser=parse_week, metavar="WEEK", help="The brief of that week, like 2026-W47; else the newest."),
    ] = None,
    list_name: ListName = "",
    to: Annotated[list[str] | None, typer.Option("--to", metavar="NAME", help="Only to this receiver; repeat.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also to those who have it already.")] = False,
    test: Annotated[bool, typer.Option("--test", help="Send a test message in place of a brief.")] = False,
    connect: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Store a receiver's address or keys, and stop; `mail` for all mail."),
    ] = None,
    wait: Wait = 0,
) -> None:
    """Send the brief: to mailboxes, Slack, a folder, a bucket.

    People get it by mail, Slack and others, or find it in a folder or a bucket. Who gets it stands under
    [deliver.to.NAME] in rivalscope.toml. Addresses with a password or token are stored apart: --connect asks for one
    without showing it. A run delivers by itself; nobody gets a brief twice unasked.

    \b
    Examples:
      rivalscope deliver --connect team
      rivalscope deliver --test
      rivalscope deliver --week 2026-W47 --to office
    """
    project, config = opened()
    if connect is not None:
        delivering.connect_receiver(config, connect)
        return
    only = delivering.checked_receivers(config, to)
    check_lists(config, [list_name] if list_name else [])
    with locked(project, "deliver", wait_minutes=wait):
        if test:
            failures = _send_test(project, config, only)
        else:
            pages = _pages_to_deliver(project, config, f"{week:%G-W%V}" if week else None, list_name)
            failures = _deliver_briefs(project, config, pages, only=only, is_asked=True, is_again=again)
            if not failures and not again:
                say(f"Everybody has {' and '.join(page.name for page in pages)}.")
    for sentence in failures:
        say(sentence, err)
    if failures:
        raise typer.Exit(UNDELIVERED)


def _pages_to_deliver(project: Project, config: Config, week: str | None, list_name: str) -> dict[Path, str]:
    """The brief of ``week``, or the newest one, of that list, or of all that are there; page → list.

    Raises CommandError when there is none that can be mailed.
    """
    found: dict[Path, str] = {}
    for name in [list_name] if list_name else ["", *sorted(config.list_names)]:
        pages = sorted(project.briefs.glob(f"{brief_stem(week or '????-W??', name)}.html"))
        found |= {pages[-1]: name} if pages else {}
    if not found:
        what = " ".join(["no brief", *([f"of {week}"] if week else []), *([f"of {list_name}"] if list_name else [])])
        fail(f"There is {what} in {project.briefs}; write it first: rivalscope run", NOTHING)
    for page in found:
        if not page.with_suffix(".mail.html").is_file():
            fail(f"{page.name} was written without its short version; write it again: rivalscope brief --also mail")
    return found


def all_receivers(project: Project, config: Config) -> list[Receiver]:
    """Whatever they want to hear. Raises CredentialError."""
    from reports.delivery import Receiver

    known = {each["name"]: each for news in News for each in open_receivers(config.deliver, project.root, news)}
    return [Receiver(**each) for each in known.values()]


def _send_test(project: Project, config: Config, only: Collection[str]) -> list[str]:
    """A message to each receiver that says that it is a test; nothing is written down."""
    from reports.delivery import DeliveryError, errands_of, hand_over, trial_parcel

    receivers = [each for each in all_receivers(project, config) if each.name in only]
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        parcel = trial_parcel(Path(folder), issuer=str(project.root), name=config.brief.name, now=current_time())
        for errand in errands_of(parcel, receivers):
            try:
                reply = hand_over(errand, current_time())
            except DeliveryError as error:
                failures.append(f"Not delivered: {error}")
            else:
                say(f"A test message went to {errand.whom}. {reply.remark}".rstrip())
    return failures
