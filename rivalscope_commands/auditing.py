"""``audit``: profiles, posts and pages against rules, each with its source and its day."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crawler.commands.named_files import is_printed, to_write, write_text
from crawler.commands.session import current_time, locked, opened
from crawler.commands.terminal import err, fail, many, say
from crawler.config import Config
from crawler.network.contact import contact_problem
from crawler.project import Project
from rivalscope_commands.asking import AnswerFormat, write_answer
from rivalscope_commands.crawling import host_states
from rivalscope_commands.loading import load_landed
from rivalscope_commands.options import AsOf, check_past
from rivalscope_commands.snapshots import build_snapshot, snapshot_of


class AuditFormat(StrEnum):
    """How an audit is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MD = "md"


def audit(
    company: Annotated[
        list[str] | None, typer.Option("--company", metavar="NAME", help="Of that company; may be given several times.")
    ] = None,
    form: Annotated[AuditFormat, typer.Option("--format", help="How to write it.")] = AuditFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", parser=to_write, metavar="FILE", help="Write it there.")
    ] = None,
    online: Annotated[bool, typer.Option("--online", help="First ask whether the own brand's links answer.")] = False,
    as_of: AsOf = None,
) -> None:
    """Say what to mend in profiles, posts and pages.

    And what competitors do there. Without --company the own brand is looked at. Caps and advice are those of the day;
    each is shown with its source.

    \b
    Examples:
      rivalscope audit
      rivalscope audit --online
      rivalscope audit --company Acme --format csv -o acme.csv
      rivalscope audit --as-of 2025-12-01
    """
    from analysis.ask import ask
    from reports.audit import audit_query, audit_text

    project, config = opened()
    if online and as_of:
        fail("--online asks how links are now, which is not known of an earlier day: leave one of both out.")
    check_past(config, as_of=as_of)
    snapshot = snapshot_of(project, config, as_of)
    if online:
        with locked(project, "audit"):
            _check_links(project, config, snapshot)
    if form in (AuditFormat.TEXT, AuditFormat.MD):
        text = audit_text(snapshot, form=form.value, companies=company or (), timezone=config.timezone)
        if is_printed(output):
            say(text)
        else:
            write_text(output, lambda file: file.write(f"{text}\n"))
            say(f"Wrote {output}.", err)
        return
    answer = ask(snapshot, audit_query(snapshot, companies=company or ()))
    write_answer(answer, AnswerFormat(form.value), output)


def _check_links(project: Project, config: Config, snapshot: Path) -> None:
    from analysis.facts import host_facts, own_links
    from crawler.link_checks import MAX_LINKS, LinkPlan, WantedLink, check_links
    from crawler.plan import new_crawl_id

    links = [each for each in own_links(snapshot) if contact_problem(config.contact, [each.url]) is None]
    if not links:
        say(
            "There is no link of an own account to ask for; rivalscope add --own URL says which accounts are yours.",
            err,
        )
        return
    now = current_time()
    plan = LinkPlan(
        crawl_id=f"links-{new_crawl_id(now)}",
        now=now.isoformat(),
        landing=str(project.landing),
        contact=config.contact,
        own_hosts=config.own_hosts,
        min_delay_seconds=config.network.min_delay_seconds,
        hosts=host_states(host_facts(snapshot)),
        links=tuple(
            WantedLink(account_key=each.account_key, platform=each.platform, host=each.host, url=each.url)
            for each in links[:MAX_LINKS]
        ),
    )
    say(
        f"Asking for {many(len(plan.links), 'link')} of {len(links)}, two seconds or more between two to one host.", err
    )
    check_links(plan, project.link_checks)
    load_landed(project, config)
    build_snapshot(project, config)
