"""Rivalscope's command line: reads the configuration and composes collecting, understanding and telling.

Only this module and the commands beside it know all three packages.
"""

from __future__ import annotations

import sys

try:
    import contextlib
    import errno
    import os
    import re
    import signal
    import tempfile
    import threading
    import traceback
    from collections.abc import Iterator, Sequence
    from functools import cache
    from importlib.metadata import PackageNotFoundError, version
    from pathlib import Path
    from typing import TYPE_CHECKING, Annotated, Any

    import typer
    from rich.text import Text

    from crawler import account_list
    from crawler.commands import accepting, contributing, doors, listing, scheduling
    from crawler.commands.session import Given, current_time
    from crawler.commands.terminal import (
        CONFIGURATION,
        DONE,
        LOCKED,
        NOTHING,
        STOPPED,
        UNDELIVERED,
        UNEXPECTED,
        USAGE,
        WORSE,
        CommandError,
        err,
        prepare_streams,
        say,
        unheard,
    )
    from crawler.config import ConfigError
    from crawler.project import Project
    from crawler.run_lock import RunLockedError
    from rivalscope_commands import (
        analysing,
        asking,
        auditing,
        checking,
        crawling,
        deliveries,
        demonstrating,
        importing,
        loading,
        planning,
        rereading,
        running,
        telling,
        upkeep,
    )
except KeyboardInterrupt:
    # what is loading has begun nothing that there would be a word to say of
    sys.exit(130)

if TYPE_CHECKING:
    from crawler.plan import HostFacts


__all__ = [
    "CONFIGURATION",
    "DONE",
    "LOCKED",
    "NOTHING",
    "STOPPED",
    "UNDELIVERED",
    "UNEXPECTED",
    "USAGE",
    "WORSE",
    "app",
    "main",
]

_LONGEST_SHOWN = 100

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(asked: bool) -> None:
    if asked:
        with contextlib.suppress(PackageNotFoundError):
            say(f"rivalscope {version('rivalscope')}")
        raise typer.Exit


@app.callback()
def everywhere(
    project: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The project, when it is not here or above.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the details of an unexpected error.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Watch competitors' public posts; learn what really performs, and how sure that is.

    --project and --debug may stand anywhere on the line.

    \b
    Example, a first brief:
      rivalscope init --contact https://example.org/who-asks
      rivalscope add --company Acme https://acme.example/blog
      rivalscope run
    """
    del show_version
    Given.project = project
    Given.is_debug = debug
    Given.known_hosts = _known_hosts


def _known_hosts(snapshot: Path) -> Sequence[HostFacts]:
    from analysis.facts import host_facts

    return host_facts(snapshot)


# in the order in which help names them
app.command()(listing.init)
app.command()(listing.add)
app.command(name="list")(listing.list_accounts)
app.command()(listing.rename)
app.command()(listing.pause)
app.command()(listing.resume)
app.command()(listing.remove)
app.command()(listing.platforms)
app.command()(accepting.accept)
app.command()(doors.connect)
app.command()(scheduling.schedule)
app.command()(upkeep.status)
app.command()(checking.check)
app.command()(crawling.crawl)
app.command(name="import")(importing.import_files)
app.command()(loading.load)
app.command()(rereading.reparse)
app.command()(analysing.analyze)
app.command()(analysing.label)
app.command()(telling.brief)
app.command()(telling.serve)
app.command()(telling.todo)
app.add_typer(planning.plan_app, name="plan")
app.command()(running.run)
app.command()(deliveries.alerts)
app.command()(deliveries.deliver)
app.command()(asking.sql)
app.command()(auditing.audit)
app.command()(upkeep.backup)
app.command()(upkeep.restore)
app.command()(upkeep.forget)
app.command()(upkeep.doctor)
app.command()(contributing.new)
app.command()(contributing.record)
app.command()(demonstrating.demo)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Never raises for what a user can do wrong."""
    try:
        os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
        prepare_streams()
        given = _hoisted(list(sys.argv[1:] if arguments is None else arguments))
        with _ended_as_by_hand():
            code = _command().main(args=given, prog_name="rivalscope", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return _stopped()
    except (BrokenPipeError, SystemExit):
        # whoever read our output has seen enough (Typer and rich make a SystemExit of it)
        unheard(sys.stdout)
        return DONE
    except Exception as error:
        with contextlib.suppress(OSError):  # there may be no room for words, either
            return _explain(error)
        return UNEXPECTED
    if code == STOPPED:  # what Typer makes of Ctrl-C
        return _stopped()
    return code if isinstance(code, int) else DONE


@contextlib.contextmanager
def _ended_as_by_hand() -> Iterator[None]:
    """Whoever ends us (a service is stopped, a machine goes down) does it as Ctrl-C: nothing half made is left."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stopped() -> int:
    say("Stopped. What was collected is kept.", err)
    return STOPPED


@cache
def _command() -> Any:
    """All commands, read from their functions once however many a process runs."""
    return typer.main.get_command(app)


def _hoisted(arguments: list[str]) -> list[str]:
    """The options for all commands in front of the command, wherever they were written."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--debug" or word.startswith("--project="):
            front.append(word)
        elif word == "--project":
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        else:
            rest.append(word)
    return front + rest


def _explain(error: Exception) -> int:
    from crawler.backup import BackupError
    from crawler.credentials import CredentialError
    from crawler.landing import LandingError
    from crawler.metering import LedgerError
    from crawler.plan import PlanError
    from crawler.reading.captured import CaptureError
    from crawler.recording import RecordingError
    from crawler.scaffold import ScaffoldError
    from crawler.timers import TimerError

    match error:
        case CommandError():
            code = error.exit_code
        case (
            account_list.ListError()
            | CaptureError()
            | RecordingError()
            | ScaffoldError()
            | TimerError()
            | BackupError()
        ):
            code = USAGE
        case ConfigError() | CredentialError():
            code = CONFIGURATION
        case RunLockedError():
            code = LOCKED
        case LandingError() | PlanError() | LedgerError():
            code = UNEXPECTED
        case _ if hasattr(error, "format_message"):  # Typer's own: a mistake on the command line
            return _explain_usage(error)
        case RuntimeError() if str(error) == "Query interrupted":  # what DuckDB makes of Ctrl-C
            return _stopped()
        case OSError() if sentence := _about_disk(error):
            say(sentence, err)
            return UNEXPECTED
        case _:
            known = _of_analysis_or_reports(error)
            if known is None:
                return _explain_unexpected(error)
            code = known
    for sentence in str(error).splitlines():
        say(sentence, err)
    if Given.is_debug:
        err.print(Text("".join(traceback.format_exception(error))))
    return code


def _explain_usage(error: Any) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        say(error.format_message())
        return USAGE
    near = f"; did you mean {' or '.join(near)}?" if (near := getattr(error, "possibilities", None)) else "."
    message = _plain_usage(str(error.message if near != "." else error.format_message()))
    near = "" if message.endswith("?") else near
    path = context.command_path if context is not None else "rivalscope"
    if path.endswith(" connect") and "extra argument" in message:
        # what was typed too much is likely the token itself
        say(f"Name the network only; you are asked for the token without it being shown. See: {path} --help", err)
        return USAGE
    say(f"{message}{near} See: {path} --help", err)
    return USAGE


def _plain_usage(message: str) -> str:
    """What was found wrong with a word, without the words of whatever found it."""
    plain = message.replace("Value error, ", "").replace("Input should be", "write a number")
    plain = re.sub(r"write a number a valid \w+, unable to parse string as an? \w+", "write a whole number", plain)
    return plain.strip().rstrip(".")


def _about_disk(error: OSError) -> str | None:
    """One sentence, where it is the disk that does not take what is written."""
    name = f" of {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"No room left on the disk{name}: what was collected is kept; free some space, then do it again."
    if error.errno == errno.EROFS:
        return f"The disk{name} is read-only: nothing was changed; make it writable, then do it again."
    if error.errno == errno.ENAMETOOLONG and error.filename:
        return f"{str(error.filename)[:_LONGEST_SHOWN]}… is too long for the name of a file: write a shorter one."
    if error.errno in (errno.EISDIR, errno.ENOTDIR) and error.filename:
        return f"{error.filename} cannot be used ({error.strerror}): something is in the way there; move it elsewhere."
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename:
        return f"{error.filename} cannot be written ({error.strerror}): check who owns it and its folder."
    return None


def _of_analysis_or_reports(error: Exception) -> int | None:
    package = type(error).__module__.partition(".")[0]
    if package not in ("analysis", "reports"):
        return None
    names = {cls.__name__ for cls in type(error).__mro__}
    if names & {"RulesError", "LookError"}:
        return CONFIGURATION
    if "WarehouseBusyError" in names:
        return LOCKED
    if "SnapshotMissingError" in names:
        return NOTHING
    if names & {"AskError", "LabelError", "UnknownNameError", "PlanningError"}:
        return USAGE
    return UNEXPECTED


def _explain_unexpected(error: Exception) -> int:
    details = "".join(traceback.format_exception(error))
    if Given.is_debug:
        err.print(Text(details))
        return UNEXPECTED
    try:
        log = Project.find(Given.project).log
        log.parent.mkdir(parents=True, exist_ok=True)
    except (ConfigError, OSError):
        log = Path(tempfile.gettempdir()) / "rivalscope.log"
    said = " ".join(str(error).split())[:200]
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{current_time():%Y-%m-%d %H:%M:%S} {' '.join(sys.argv[1:])}\n{details}\n")
    except OSError:
        say(f"Something unexpected went wrong ({type(error).__name__}: {said}); see it with --debug.", err)
        return UNEXPECTED
    say(f"Something unexpected went wrong ({type(error).__name__}: {said}); the details are in {log}.", err)
    return UNEXPECTED


if __name__ == "__main__":
    sys.exit(main())
