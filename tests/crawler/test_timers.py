"""Timers of systemd, cron and launchd start exactly what is meant, whatever a project's path holds."""

from __future__ import annotations

import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.machine_zone import machine_zone
from crawler.rhythm import Rhythm
from crawler.timers import SPREAD_MINUTES, TimerError, Timetable, cron, launchd, systemd
from crawler.timers.foreground import Foreground, trigger

ODD_PATHS = [
    "/srv/me/market/rivalscope.toml",
    "/srv/me/my market/100% %h %n/rivalscope.toml",
    '/srv/me/"shop"/it\'s $HOME ${x} `id` $(id)/rivalscope.toml',
    "/srv/me/Zürich 市场 🏔/rivalscope.toml",
    "/srv/me/ends with blank /; rm -rf ~ #/rivalscope.toml",
]
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
HERE = machine_zone() or "UTC"
FOREIGN = "Asia/Kathmandu" if HERE != "Asia/Kathmandu" else "Asia/Tokyo"


def timetable(path: str = ODD_PATHS[0], zone: str = FOREIGN, collect: tuple[time, ...] = (time(5),)) -> Timetable:
    rhythm = Rhythm(zone=zone, collect=collect, tell_weekday=0, tell=time(7))
    return Timetable(config_path=Path(path), rhythm=rhythm)


# ---------------------------------------------------------------- systemd


def words_of_exec_start(line: str) -> list[str]:
    """As systemd.service(5) reads a command line of quoted words: escapes, then specifiers, then variables."""
    words = []
    for number, word in enumerate(re.findall(r'"((?:[^"\\]|\\.)*)"', line)):
        text = re.sub(r"\\(.)", r"\1", word)
        assert not re.search(r"(?<!%)(?:%%)*%(?!%)", text), "a specifier"
        text = text.replace("%%", "%")
        if number:
            assert not re.search(r"(?<!\$)(?:\$\$)*\$(?!\$)", text), "a variable"
            text = text.replace("$$", "$")
        words.append(text)
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"( "(?:[^"\\]|\\.)*")*', line)
    return words


@pytest.mark.parametrize("path", [*ODD_PATHS, "/srv/me/back\\slash \\x41/rivalscope.toml"])
@pytest.mark.parametrize("is_system", [False, True])
def test_a_unit_starts_the_command_word_for_word(path: str, is_system: bool) -> None:
    planned = timetable(path)
    files = systemd.planned(planned, is_system=is_system)
    assert len(files) == 4
    for job in planned.jobs:
        (text,) = (text for file, text in files.items() if file.name.endswith(f"-{job.name}.service"))
        line = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
        assert line is not None
        assert words_of_exec_start(line[1]) == list(job.command)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
@pytest.mark.parametrize("is_system", [False, True])
def test_systemd_verifies_the_units(tmp_path: Path, is_system: bool) -> None:
    planned = timetable(str(tmp_path / 'my 100% $HOME "mârket"' / "rivalscope.toml"))
    files = []
    for file, text in systemd.planned(planned, is_system=is_system).items():
        files.append(tmp_path / file.name)
        files[-1].write_text(text, encoding="utf-8")
    whose = [] if is_system else ["--user"]
    done = subprocess.run(
        ["systemd-analyze", *whose, "verify", *files],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    about_ours = [line for line in done.stderr.splitlines() if "rivalscope-" in line]
    assert (done.returncode, about_ours) == (0, []), done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", FOREIGN, "UTC"])
def test_systemd_reads_the_moments_as_we_do(zone: str) -> None:
    planned = timetable(zone=zone)
    texts = "".join(systemd.planned(planned, is_system=False).values())
    moments = re.findall(r"^OnCalendar=(.*)$", texts, re.MULTILINE)
    # clocks change within these weeks in Berlin (25 October) and New York (1 November)
    base = datetime(2026, 10, 20, 12, tzinfo=UTC)
    for moment, following in zip(moments, (planned.rhythm.next_collect, planned.rhythm.next_tell), strict=True):
        said = subprocess.run(
            ["systemd-analyze", "calendar", "--iterations=14", f"--base-time={base:%Y-%m-%d %H:%M:%S} UTC", moment],
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
        ).stdout
        found = re.findall(r"(?:Next elapse|Iter\. #\d+): \w+ (\d{4}-\d\d-\d\d \d\d:\d\d):00 UTC", said)
        expected, now = [], base
        for _ in found:
            upcoming = following(now)
            assert upcoming is not None
            now = upcoming.astimezone(UTC)
            expected.append(f"{now:%Y-%m-%d %H:%M}")
        assert len(found) == 14
        assert found == expected


# ---------------------------------------------------------------- cron


def cron_command(line: str) -> str:
    """The command of a crontab line as cron gives it to the shell: an unescaped % would end it."""
    command = re.split(r"\s+", line, maxsplit=5)[5]
    assert not re.search(r"(?<!\\)%", command)
    return command.replace("\\%", "%")


def is_started(line: str, at: datetime, machine: ZoneInfo) -> bool:
    """Whether the five fields of a crontab line fit a moment by the machine's clock."""
    local = at.astimezone(machine)
    values = (local.minute, local.hour, local.day, local.month, local.isoweekday() % 7)
    fields = line.split(maxsplit=5)[:5]
    return all(field == "*" or value in map(int, field.split(",")) for field, value in zip(fields, values, strict=True))


@pytest.mark.parametrize("path", ODD_PATHS)
@pytest.mark.parametrize("zone", [FOREIGN, HERE])
def test_a_crontab_line_starts_the_command_word_for_word(path: str, zone: str) -> None:
    planned = timetable(path, zone=zone)
    lines = cron.planned(planned).splitlines()[1:-1]
    for line, job in zip(lines, planned.jobs, strict=True):
        command = cron_command(line)
        guarded = command.partition(" ] && ")[2] or command
        assert shlex.split(guarded) == [*job.command, ">/dev/null"]
        assert subprocess.run(["sh", "-n", "-c", command], check=True, capture_output=True).stderr == b""


def test_by_the_machines_own_clock_a_line_is_plain() -> None:
    collect, tell = cron.planned(timetable(zone=HERE)).splitlines()[1:-1]
    assert re.match(r"\d+ 5 \* \* \* /", collect)
    assert tell.startswith("0 7 * * 1 /")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])
def test_a_line_for_another_zone_starts_once_at_the_right_minute_also_when_clocks_change(zone: str) -> None:
    planned = timetable(zone=zone)
    line = cron.planned(planned).splitlines()[2]
    guard = re.search(r'\[ "\$\(TZ=(\S+) date \+(\S+)\)" = "(\d+)" \]', cron_command(line))
    assert guard is not None
    assert (guard[1], guard[2]) == (zone, "%u%H%M")
    begin = datetime(2026, 10, 18, tzinfo=UTC)
    started = [
        at
        for at in (begin + timedelta(minutes=minute) for minute in range(21 * 24 * 60))
        if is_started(line, at, ZoneInfo("UTC")) and f"{at.astimezone(ZoneInfo(zone)):%u%H%M}" == guard[3]
    ]
    assert len(started) == 3
    assert {f"{at.astimezone(ZoneInfo(zone)):%a %H:%M}" for at in started} == {"Mon 07:00"}


def test_the_guard_of_another_zone_lets_the_command_through_at_its_minute_only() -> None:
    now = datetime.now(ZoneInfo("UTC"))
    for at, is_let_through in ((now, True), (now + timedelta(hours=2), False)):
        rhythm = Rhythm(zone="Etc/UTC", collect=(), tell_weekday=at.weekday(), tell=time(at.hour, at.minute))
        line = cron._line(rhythm.tell.hour * 60 + rhythm.tell.minute, rhythm.tell_weekday, FOREIGN, "echo started")
        command = cron_command(line).replace(f"TZ={FOREIGN}", "TZ=UTC")
        said = subprocess.run(["sh", "-c", command], capture_output=True, check=False).stdout
        if datetime.now(UTC).minute == now.minute:
            assert said == (b"started\n" if is_let_through else b"")


def test_only_the_block_of_this_project_is_taken_out_of_a_crontab() -> None:
    ours, others = timetable(), timetable("/srv/me/other/rivalscope.toml")
    before, after = "# mine\nMAILTO=me\n0 1 * * * backup\n", f"5 5 * * * other\n{cron.planned(others)}@reboot x"
    left = cron.without_block(f"{before}{cron.planned(ours)}{after}", ours)
    assert left == f"{before}{after}"
    assert cron.without_block(left, ours) == left


def test_a_crontab_is_written_shown_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "table"
    program = tmp_path / "crontab"
    program.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat "{table}"; else cat > "{table}"; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    table.write_text("0 1 * * * backup")
    planned = timetable()
    cron.install(planned)
    cron.install(planned)
    assert table.read_text() == f"0 1 * * * backup\n{cron.planned(planned)}"
    assert cron.installed(planned) == cron.planned(planned)
    assert cron.remove(planned)
    assert table.read_text() == "0 1 * * * backup\n"
    assert not cron.remove(planned)


def test_a_crontab_that_cannot_be_read_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = tmp_path / "written"
    program = tmp_path / "crontab"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for said, is_written in (("cannot open your crontab: Input/output error", False), ("no crontab for me", True)):
        program.write_text(f'#!/bin/sh\n[ "$1" = -l ] && {{ echo "{said}" >&2; exit 1; }}\ncat > "{written}"\n')
        program.chmod(0o755)
        if is_written:
            cron.install(timetable())
        else:
            with pytest.raises(TimerError, match="Input/output error"):
                cron.install(timetable())
        assert written.exists() is is_written


@pytest.mark.parametrize("path", ["/home/back\\slash/rivalscope.toml", f"/home/{'long/' * 200}rivalscope.toml"])
def test_what_no_crontab_can_hold_is_said(path: str) -> None:
    with pytest.raises(TimerError, match="cron"):
        cron.planned(timetable(path))


def test_a_path_with_a_line_break_is_refused_by_all() -> None:
    with pytest.raises(TimerError, match="rename"):
        timetable("/home/a\nExecStart=evil/rivalscope.toml")


# ---------------------------------------------------------------- launchd


@pytest.mark.parametrize("path", [*ODD_PATHS, "/srv/me/<plist> & \\ co/rivalscope.toml"])
def test_an_agent_is_a_property_list_with_the_command(path: str) -> None:
    planned = timetable(path, collect=(time(5), time(17)))
    lists = [plistlib.loads(text.encode()) for text in launchd.planned(planned, NOW).values()]
    assert [each["ProgramArguments"] for each in lists] == [list(job.command) for job in planned.jobs]
    assert [len(each["StartCalendarInterval"]) for each in lists] == [2, 1]
    assert len({each["Label"] for each in lists}) == 2


@pytest.mark.parametrize("zone", [FOREIGN, HERE, "Pacific/Auckland", "America/Los_Angeles"])
def test_an_agent_starts_at_the_projects_moment_by_this_machines_clock(zone: str) -> None:
    planned = timetable(zone=zone)
    tell = plistlib.loads(list(launchd.planned(planned, NOW).values())[1].encode())["StartCalendarInterval"][0]
    local = planned.rhythm.next_tell(NOW).astimezone(ZoneInfo(HERE))
    assert (tell["Weekday"], tell["Hour"], tell["Minute"]) == (local.isoweekday() % 7, local.hour, local.minute)


# ---------------------------------------------------------------- this process


@settings(max_examples=30, deadline=None)
@given(
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
    hours=st.integers(0, 24 * 40),
    weekday=st.integers(0, 6),
)
def test_the_foreground_keeps_the_same_moments(zone: str, hours: int, weekday: int) -> None:
    rhythm = Rhythm(zone=zone, collect=(time(5), time(17)), tell_weekday=weekday, tell=time(7))
    now = datetime(2026, 10, 1, 0, 30, tzinfo=UTC) + timedelta(hours=hours)
    jobs = Timetable(config_path=Path(ODD_PATHS[0]), rhythm=rhythm).jobs
    tell = trigger(jobs[-1]).get_next_fire_time(None, now)
    assert tell.timestamp() == rhythm.next_tell(now).timestamp()
    collect, expected = trigger(jobs[0]).get_next_fire_time(None, now), rhythm.next_collect(now)
    assert expected is not None
    assert 0 <= collect.timestamp() - expected.timestamp() <= SPREAD_MINUTES * 60


def test_what_was_missed_is_known_by_the_last_start() -> None:
    collect, tell = timetable(zone="UTC").jobs
    monday = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert not tell.is_missed(None, monday)
    assert not tell.is_missed(monday, monday + timedelta(days=6))
    assert tell.is_missed(monday - timedelta(days=7), monday + timedelta(hours=1))
    assert collect.is_missed(monday, monday + timedelta(days=2))
    assert not collect.is_missed(monday, monday + timedelta(hours=12))


LISTS = {"coffee": (time(6), time(18)), "tea & « 100% »": (time(9),), "quiet": ()}


def test_lists_have_jobs_of_their_own_with_every_keeper() -> None:
    rhythm = Rhythm(zone=FOREIGN, collect=(time(5),), tell_weekday=0, tell=time(7), lists=LISTS)
    planned = Timetable(config_path=Path(ODD_PATHS[1]), rhythm=rhythm)
    names = [job.name for job in planned.jobs]
    assert names[0] == "collect"
    assert names[1].startswith("collect-coffee-")
    assert names[2].startswith("collect-tea-100-")
    assert names[3:] == ["tell"]
    words = [job.command[job.command.index(str(planned.config_path)) + 1 : -2] for job in planned.jobs]
    assert words == [
        ("crawl", "--rest"),
        ("crawl", "--list", "coffee"),
        ("crawl", "--list", "tea & « 100% »"),
        ("run",),
    ]
    units = systemd.planned(planned, is_system=False)
    assert len(units) == 8
    (tell,) = (text for path, text in units.items() if path.name.endswith("-tell.service"))
    assert tell.count("After=") == 3
    lines = cron.planned(planned).splitlines()[1:-1]
    commands = [shlex.split(cron_command(line).partition(" ] && ")[2])[:-1] for line in lines]
    assert commands == [list(planned.jobs[number].command) for number in (0, 1, 1, 2, 3)]
    agents = [plistlib.loads(text.encode()) for text in launchd.planned(planned, NOW).values()]
    assert [each["ProgramArguments"] for each in agents] == [list(job.command) for job in planned.jobs]
    assert [len(each["StartCalendarInterval"]) for each in agents] == [1, 2, 1, 1]


def test_a_list_may_be_told_of_at_its_own_time_and_no_job_waits_for_itself() -> None:
    rhythm = Rhythm(
        zone="Europe/Berlin",
        collect=(time(5),),
        tell_weekday=0,
        tell=time(7),
        lists={"coffee": (time(6),), "tea": ()},
        list_tells={"coffee": (4, time(16)), "tea": (0, time(7))},
    )
    planned = Timetable(config_path=Path(ODD_PATHS[0]), rhythm=rhythm)
    names = [job.name.rpartition("-")[0] or job.name for job in planned.jobs]
    assert names == ["collect", "collect-coffee", "tell-coffee", "tell-tea", "tell"]
    coffee = planned.jobs[2]
    assert coffee.command[-5:-2] == ("run", "--list", "coffee")
    assert coffee.next(datetime(2026, 11, 23, 6, tzinfo=UTC)) == datetime(2026, 11, 27, 15, tzinfo=UTC)
    units = {path.name: text for path, text in systemd.planned(planned, is_system=False).items()}
    after = {name: set(re.findall(r"^After=(\S+)", text, re.MULTILINE)) for name, text in units.items()}
    while after:  # what waits for nothing that is left, until nothing is left
        ready = {name for name, waits in after.items() if not waits & after.keys()}
        assert ready
        after = {name: waits for name, waits in after.items() if name not in ready}
    assert rhythm.visits(["tea"]) == (7 * 60,)
    assert rhythm.visits(["coffee"])[-3:] == (4 * 1440 + 16 * 60, 5 * 1440 + 6 * 60, 6 * 1440 + 6 * 60)
    assert list(rhythm.next_list_tells(NOW)) == ["coffee", "tea"]


class Noting(Timetable):
    """Its jobs write their names into a file instead of crawling."""

    @property
    def jobs(self):  # type: ignore[no-untyped-def]
        from crawler.timers import Job

        script = f"import pathlib; pathlib.Path({str(self.config_path)!r}).open('a').write('ran\\n')"
        command = (sys.executable, "-c", script)
        return (Job(name="collect", command=command, zone="UTC", times=(time(5),)),)


def test_a_missed_job_is_made_up_at_once_and_a_stop_ends_the_wait(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    planned = Noting(config_path=notes, rhythm=timetable(zone="UTC").rhythm)
    said: list[str] = []

    def hear(sentence: str) -> None:
        said.append(sentence)
        if "exit code" in sentence:
            keeper.stop()

    keeper = Foreground(planned, hear)
    now = datetime.now(UTC)
    keeper.run({"collect": now - timedelta(days=3)}, now)
    assert notes.read_text() == "ran\n"
    assert said[-1] == "collect ended with exit code 0."
    assert any(sentence.startswith("Next collect: ") for sentence in said)
