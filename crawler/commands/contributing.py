"""For contributors: the skeleton of a platform, and a page recorded as a fixture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.commands.session import current_time, opened
from crawler.commands.terminal import CONFIGURATION, fail, say
from crawler.items import Platform
from crawler.network.contact import contact_problem
from crawler.platforms import FACTS

if TYPE_CHECKING:
    from crawler.reading.captured import Captured


def new(
    name: Annotated[str, typer.Argument(metavar="PLATFORM", help="Lower-case letters and digits, like lemmy.")],
    label: Annotated[
        str | None, typer.Option(metavar="NAME", help="As people write it; else PLATFORM with a capital.")
    ] = None,
    checkout: Annotated[Path, typer.Option(metavar="FOLDER", help="The source.")] = Path(),
) -> None:
    """Write the skeleton of a new platform into the source.

    Page objects, spider, fixtures, tests, and every list that names platforms. It passes all tests as it stands, with
    an invented interface; what is left to do is said place by place.

    \b
    Example:
      rivalscope new vimeo --label Vimeo
    """
    from crawler.scaffold import write_platform

    known = FACTS[Platform(name)].label if name in set(Platform) else name.title()
    for place in write_platform(checkout.resolve(), name, label or known):
        say(f"{place.path}: {place.task}")
    say("Then: make check, make test. CONTRIBUTING.md tells the rest.")


def record(
    url: Annotated[str, typer.Argument(metavar="URL", help="The page or answer to record.")],
    case: Annotated[str, typer.Option("--case", metavar="NAME", help="What is on the page, like video-post.")],
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A saved page, HAR or WARC that holds it."),
    ] = None,
    class_name: Annotated[
        str | None, typer.Option("--class", metavar="CLASS", help="Who reads it, like web.html.WebArticle.")
    ] = None,
    renamed: Annotated[
        list[str] | None, typer.Option("--rename", metavar="OLD=NEW", help="A name to exchange everywhere; repeat.")
    ] = None,
    kept: Annotated[list[str] | None, typer.Option("--keep", metavar="WORD", help="A word to leave; repeat.")] = None,
    checkout: Annotated[Path, typer.Option(metavar="FOLDER", help="The source.")] = Path(),
) -> None:
    """Record a page as a fixture, with its words exchanged.

    What is read in it now is written beside it. One polite request, or none with --from. Cookies, tokens and mail
    addresses are taken out; correct output.json to what a person reads on the page, then the code until the tests pass.

    \b
    Examples:
      rivalscope record https://social.example/api/v1/statuses/7 --case video-post --rename acme=kettle
      rivalscope record https://acme.example/post --case video-post --from session.har
    """
    from crawler.recording import record_page

    names = dict(pair.split("=", 1) for pair in renamed or () if "=" in pair)
    if len(names) != len(renamed or ()):
        fail("--rename wants two names, like --rename acme=kettle")
    fixtures = checkout.resolve() / "fixtures"
    if not fixtures.is_dir():
        fail(f"{checkout.resolve()} is no checkout of Rivalscope; get its source, and run this in its folder.")
    captured = _captured(url, source)
    written = record_page(captured, case, fixtures, class_name=class_name, renamed=names, kept=kept or ())
    say(f"Wrote {written.folder} ({written.page_class}, {written.kind}.json).")
    for remark in written.remarks:
        say(f"  {remark}")
    say(
        f"Correct {written.kind}.json by hand to what the page says, then the code until "
        "python -m pytest tests/crawler/test_fixtures.py passes."
    )


def _captured(url: str, source: Path | None) -> Captured:
    """The response of ``url``, from a file, or by one request with the manners of a crawl."""
    from crawler.recording import captured_from, fetched

    if source is not None:
        return captured_from(source, url)
    _, config = opened()
    if problem := contact_problem(config.contact, [url]):
        fail(problem, CONFIGURATION)
    return fetched(url, contact=config.contact, own_hosts=config.own_hosts, now=current_time())
