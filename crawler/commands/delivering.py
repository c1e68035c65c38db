"""Receivers of briefs and alerts: which of them is meant, and what opens its door."""

from __future__ import annotations

import sys

import typer

from crawler.commands.terminal import CONFIGURATION, fail, say
from crawler.config import Config, nearest
from crawler.receivers import SHARED_MAIL, Way, store_secrets, variable_of

_ASKED = {
    Way.MAIL: "The mail server's address, like mailtos://user:password@smtp.acme.example",
    Way.SERVICE: "Its address as Apprise writes it, like slack://… (https://appriseit.com/services/)",
    Way.BUCKET: "The bucket's keys, as KEY_ID:SECRET",
}


def checked_receivers(config: Config, names: list[str] | None) -> frozenset[str]:
    """The names that were asked for, all of them without. Raises CommandError for one that there is not."""
    known = config.deliver.to
    if not known:
        fail(
            "Nobody is to be told: write [deliver.to.NAME] into rivalscope.toml with mail, service, folder or bucket"
            " (docs/running).",
            CONFIGURATION,
        )
    for name in names or ():
        if name not in known:
            fail(f"There is no [deliver.to.{name}] in rivalscope.toml{nearest(name, known) or '.'}")
    return frozenset(names or known)


def connect_receiver(config: Config, name: str) -> None:
    """Ask for what opens a receiver's door, without it being shown, and store it where only its owner reads it."""
    if name == SHARED_MAIL and name not in config.deliver.to:
        way = Way.MAIL
    else:
        checked_receivers(config, [name])
        (way,) = config.deliver.to[name].ways
    if way is Way.FOLDER:
        fail(f"{name} is a folder, which needs no secret.")
    if sys.stdin.isatty():
        stated = typer.prompt(f"{_ASKED[way]} (it is not shown)", hide_input=True)
    else:
        stated = sys.stdin.readline()
    path = store_secrets(name, way, stated)
    say(f"Stored in {path}, which only you can read. ({variable_of(name)} in the environment goes before it.)")
