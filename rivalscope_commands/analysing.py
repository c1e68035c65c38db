"""``analyze`` and ``label``: the warehouse becomes a snapshot, and a person says what posts are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.commands.named_files import is_printed, to_read, to_write, write_text
from crawler.commands.session import WAIT_SECONDS, current_time, locked, opened
from crawler.commands.terminal import err, fail, many, say
from crawler.config import Config, nearest
from crawler.project import Project
from rivalscope_commands.loading import has_waiting, load_landed, load_waiting
from rivalscope_commands.options import AsOf, Since, Until, check_past, check_window
from rivalscope_commands.snapshots import build_snapshot, snapshot_of

if TYPE_CHECKING:
    from analysis.explanations import Explanation
    from analysis.labels import LabelledPost, Said


_LANDED = "label-"
"""What folders of landed labels are called first."""


def analyze(
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --as-of: only what had been loaded by then, too.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="POST", help="Say why a post is of its type, and which traits it has, and stop."),
    ] = None,
) -> None:
    """Analyze all that was loaded; check and publish the results.

    Rules of your own for post types stand in post_types.csv beside the configuration, with the columns post_type and
    phrase (words, or /a regular expression/), and if wanted weight and language; they come before ours.

    \b
    Examples:
      rivalscope analyze
      rivalscope analyze --as-of 2026-11-15
      rivalscope analyze --explain https://acme.example/fair
    """
    check_window(since, until, as_of)
    if strict and as_of is None:
        fail("--strict says what is left out of an earlier day: name it with --as-of DATE.")
    project, config = opened()
    check_past(config, since=since, as_of=as_of)
    if explain is not None:
        from analysis import explanations

        explanation = explanations.explain(snapshot_of(project, config, as_of), explain)
        _explain_type(explanation.post)
        _explain_doubles(explanation)
        _explain_traits(explanation)
        return
    with locked(project, "analyze"):
        build_snapshot(project, config, as_of=as_of, since=since, until=until, strict=strict)


LabelFile = Annotated[
    Path | None,
    typer.Option("--from", parser=to_read, metavar="FILE", help="Take labels from such a CSV (-: standard input)."),
]


def label(
    posts: Annotated[
        list[str] | None, typer.Argument(metavar="POST", help="Addresses or post_ids of posts that were collected.")
    ] = None,
    post_type: Annotated[
        str | None,
        typer.Option("--type", metavar="TYPE", help="What the posts are for; a new name is a type of your own."),
    ] = None,
    tags: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Add a tag of your own; repeat.")
    ] = None,
    untags: Annotated[list[str] | None, typer.Option("--untag", metavar="TAG", help="Take a tag away; repeat.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget what you set before.")] = False,
    export: Annotated[
        Path | None,
        typer.Option(parser=to_write, metavar="FILE", help="Write the labels as CSV (-: standard output), and stop."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="With --export: every post, to fill in.")] = False,
    source: LabelFile = None,
) -> None:
    """Say what posts are: you know better than the rules.

    Your word stands before what a source states and before the rules, in every analysis from now on. Tags are traits of
    their own. Without an option it shows what is known of the posts, and why.

    \b
    Examples:
      rivalscope label https://acme.example/blog/kettle --type announcement --tag spring
      rivalscope label --export labels.csv --all
      rivalscope label --from labels.csv
    """
    from analysis import labels

    project, config = opened()
    _check_what_is_said(posts, source, export, is_set=bool(post_type or tags or untags or clear), is_all=everything)
    snapshot = snapshot_of(project, config, None)
    if export is not None:
        _export_labels(project, config, snapshot, export, is_all=everything)
        return
    found = labels.find_posts(snapshot, posts or ())
    if source is None and not (post_type or tags or untags or clear):
        for post in found:
            _explain_type(post)
        return
    with locked(project, "label"):
        load_waiting(project, config, _LANDED)
        said = _said_last(project)
        chosen = [
            labels.relabelled(post, post_type=post_type, tags=tags or (), untags=untags or (), is_cleared=clear)
            for post in labels.with_what_was_said(found, said)
        ]
        if source is not None:
            chosen = labels.read_labels(source, snapshot, said)
        _land_labels(project, chosen)
        load_landed(project, config)
    known_types = labels.known_types(snapshot)
    for own_type in sorted({post.label_type for post in chosen if post.label_type} - set(known_types)):
        say(f"{own_type} is a post type of your own{nearest(own_type, known_types)}")
    say(f"Labelled {many(len(chosen), 'post')}. It counts from the next analysis on: rivalscope analyze")


def _check_what_is_said(
    posts: Sequence[str] | None, source: Path | None, export: Path | None, *, is_set: bool, is_all: bool
) -> None:
    """What is said twice, or would not be heard, is told before anything is done."""
    if export is not None and (posts or source is not None or is_set):
        fail("--export only writes what was said before: label first, then export.")
    if is_all and export is None:
        fail("--all goes with --export: rivalscope label --export labels.csv --all")
    if source is not None and (posts or is_set):
        fail("--from says which posts it labels, and how: leave the other options and posts out.")
    if export is None and source is None and not posts:
        fail("There is no post to label; paste its address, like: rivalscope label https://acme.example/a --type event")


def _export_labels(project: Project, config: Config, snapshot: Path, output: Path, *, is_all: bool) -> None:
    from analysis import labels

    if has_waiting(project, _LANDED):
        with locked(project, "label"):
            load_waiting(project, config, _LANDED)
    known = labels.labelled_posts(snapshot, _said_last(project), all_posts=is_all)
    # spreadsheets know UTF-8 by its mark, and programs stumble over it
    encoding = "utf-8" if is_printed(output) else "utf-8-sig"
    write_text(output, lambda file: labels.write_labels(known, file), encoding=encoding)
    if not is_printed(output):
        say(f"Wrote {many(len(known), 'post')} to {output}.")


def _said_last(project: Project) -> Said | None:
    from analysis import labels

    return labels.said_last(project.warehouse, wait_seconds=WAIT_SECONDS, on_wait=lambda sentence: say(sentence, err))


def _explain_type(post: LabelledPost) -> None:
    why = f" ({post.post_type_reason})" if post.post_type_reason and post.label_type is None else ""
    own = f"; your tags: {', '.join(post.label_tags)}" if post.label_tags else ""
    say(f"{post.url or post.native_id}: {post.post_type}, {_TYPE_SOURCES[post.post_type_source]}{why}{own}.")


def _explain_doubles(explanation: Explanation) -> None:
    for double in explanation.doubles:
        say(
            f"It counts at {explanation.post.account}: that {double.account} shows it, too (post {double.post_id}), "
            "is left out, so that it counts once."
        )


def _explain_traits(explanation: Explanation) -> None:
    if not explanation.traits:
        say("It is not compared: reposts, replies, posts outside the window and those of removed accounts are not.")
        return
    dimension_width = max(len(trait.dimension) for trait in explanation.traits)
    level_width = max(len(trait.level) for trait in explanation.traits)
    for trait in explanation.traits:
        say(f"  {trait.dimension:{dimension_width}}  {trait.level:{level_width}}  {trait.reason}".rstrip())


_TYPE_SOURCES = {
    "label": "set by you",
    "stated": "stated by the source",
    "own_rules": "by your rules",
    "rules": "by the rules",
    "none": "no rule fits",
}


def _land_labels(project: Project, posts: Sequence[LabelledPost]) -> None:
    from crawler.landing import Envelope, LandingWriter, label_line
    from crawler.plan import new_crawl_id

    now = current_time()
    crawl_id = f"{_LANDED}{new_crawl_id(now)}"
    with LandingWriter(project.landing, crawl_id, "label") as writer:
        for post in posts:
            envelope = Envelope(
                crawl_id=crawl_id,
                observed_at=now,
                source="import",
                account_key=post.account_key,
                platform=post.platform,
                host=post.host,
            )
            writer.write(label_line(post.native_id, post.label_type, post.label_tags, envelope))
