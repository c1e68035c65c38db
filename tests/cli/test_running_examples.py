"""The examples for containers and hosted schedules name only what there is."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import typer
import yaml

import rivalscope

ROOT = Path(rivalscope.__file__).parent
RUNNING = ROOT / "docs" / "running"
COMMANDS: dict[str, Any] = typer.main.get_command(rivalscope.app).commands  # type: ignore[attr-defined]  # a group


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile: instruction and what it says."""
    text = (RUNNING / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def known(words: list[str]) -> bool:
    """Whether words after ``rivalscope`` are a command with options that it has."""
    words = words[2:] if words[:1] == ["--project"] else words
    command = COMMANDS.get(words[0])
    options = {option for parameter in command.params for option in parameter.opts} if command else set()
    return command is not None and {word for word in words[1:] if word.startswith("--")} <= options


def test_the_image_copies_what_is_there_and_starts_a_command_that_exists() -> None:
    found = instructions()
    sources = [
        source for word, rest in found if word == "COPY" and "--from" not in rest for source in rest.split()[:-1]
    ]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(packed["only-include"]) <= set(sources)
    said = dict(found)
    start = yaml.safe_load(said["ENTRYPOINT"]) + yaml.safe_load(said["CMD"])
    assert start[0] == "rivalscope"
    assert known(start[1:])
    check = yaml.safe_load(said["HEALTHCHECK"].partition("CMD ")[2])
    assert known(check[1:])
    assert said["USER"] == "watcher"


def test_the_compose_file_builds_that_image_and_runs_as_nobody_special() -> None:
    text = (RUNNING / "compose.yaml").read_text(encoding="utf-8")
    service = yaml.safe_load(text)["services"]["rivalscope"]
    context = (RUNNING / service["build"]["context"]).resolve()
    assert context == ROOT
    assert (context / service["build"]["dockerfile"]).is_file()
    assert known(service["command"])
    assert service["cap_drop"] == ["ALL"]
    places = {volume.partition(":")[2] for volume in service["volumes"]}
    assert places == set(yaml.safe_load(dict(instructions())["VOLUME"]))
    for words in re.findall(r"rivalscope (\w+ --.*)$", text, re.MULTILINE):
        assert known(shlex.split(words))


def test_the_hosted_schedule_is_shell_that_parses_and_commands_that_exist() -> None:
    job = yaml.safe_load((RUNNING / "hosted-ci.yaml").read_text(encoding="utf-8"))["jobs"]["watch"]
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    for script in scripts:
        subprocess.run(["bash", "-n", "-c", script], check=True)
    commands = [
        line.strip() for script in scripts for line in script.splitlines() if line.strip()[:11] == "rivalscope "
    ]
    assert len(commands) == 4
    assert all(known(shlex.split(command)[1:]) for command in commands)
    kept = [step for step in job["steps"] if step.get("if") == "always()"]
    assert len(kept) == 3
