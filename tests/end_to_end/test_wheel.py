"""The built wheel works away from the checkout: SQL, templates, seeds and the example market travel with it."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_wheel_installed_elsewhere_runs_the_demo(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    (wheel,) = tmp_path.glob("rivalscope-*.whl")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    shipped = set(zipfile.ZipFile(wheel).namelist())
    rooms = ("crawler/", "analysis/", "reports/")
    assert [name for name in tracked if name.startswith(rooms) and name not in shipped] == []

    home = tmp_path / "environment"
    venv.create(home)
    python = home / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", str(wheel)],
        check=True,
        capture_output=True,
    )
    # the libraries come from the environment that runs the tests; the checkout does not
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    told = subprocess.run(
        [home / "bin" / "rivalscope", "demo"],
        cwd=elsewhere,
        env={**environment, "PYTHONPATH": os.pathsep.join(_libraries())},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    (brief,) = (elsewhere / "demo" / "briefs").glob("*.html")
    assert brief.as_uri() in told.stdout.splitlines()
    assert "truth says" in told.stdout
    where = subprocess.run(
        [python, "-c", "import rivalscope, crawler, analysis, reports; print(crawler.__file__, rivalscope.__file__)"],
        cwd=elsewhere,
        env={**environment, "PYTHONPATH": os.pathsep.join(_libraries())},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(ROOT) not in where


def _libraries() -> list[str]:
    overlay = os.environ.get("PYTHONPATH", "")
    return [*filter(None, overlay.split(os.pathsep)), sysconfig.get_path("purelib")]
