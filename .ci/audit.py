"""Ask the advisory database about every locked dependency: ``python .ci/audit.py``.

Ends with 1 when one has a known vulnerability. Where the database cannot be asked, or does not know a package, that is
said, and is no failure: it would keep those out who work without a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parent.parent / "requirements-dev.lock"
COMMAND = ("-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")


def main() -> int:
    """Say what is known; the exit code."""
    done = subprocess.run(
        [sys.executable, *COMMAND, "--requirement", str(LOCK)], capture_output=True, text=True, check=False
    )
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"The advisory database could not be asked: {last[:200]}")
        return 0
    asked = [each for each in dependencies if "skip_reason" not in each]
    found = [(each, one) for each in asked for one in each.get("vulns", ())]
    for each, one in found:
        fixed = ", ".join(one.get("fix_versions", ())) or "no version yet"
        print(f"{each['name']} {each['version']}: {one['id']}, mended in {fixed}")
    unknown = len(dependencies) - len(asked)
    print(f"{len(asked)} dependencies asked about, {len(found)} vulnerabilities; {unknown} could not be looked up.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
