"""Whatever is loaded to collect, analyse and tell comes with an installation, none of it by chance."""

import json
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
# a library looks whether it is there, and does without
OPTIONAL = {"chardet"}
LOADED = """
import json, sys
import rivalscope, analysis.build, reports.brief, reports.serve, crawler.extraction
from reports.delivery.receivers import Receiver
from reports.delivery.services import door
from crawler.pages import page_classes
from crawler.reading.main_text import prepare
page_classes()
prepare()
door(Receiver(name="team", way="service", service="json", address="json://localhost"))
print(json.dumps(sorted({name.partition(".")[0] for name, module in sys.modules.items() if module is not None})))
"""


def needed(lines: list[str]) -> set[str]:
    """The distributions that these requirements bring, without extras: not every pip finds each one's name."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in lines]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        try:
            waiting += [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:
            continue
    return found


def test_all_that_is_loaded_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    owners = packages_distributions()
    loaded = {canonicalize_name(owner) for module in json.loads(done.stdout) for owner in owners.get(module, ())}
    assert {"scrapy", "duckdb", "trafilatura", "lxml-html-clean", "apprise"} <= loaded
    assert loaded - needed(project["dependencies"]) - {"rivalscope", "setuptools", "pip"} <= OPTIONAL
