"""What all tests share: where the captures are."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def captures_root() -> Path | None:
    """Folder of real captures and data sets: ``RIVALSCOPE_CAPTURES``, else the sibling folder ``../shared``."""
    folder = Path(os.environ.get("RIVALSCOPE_CAPTURES", ROOT.parent / "shared"))
    return folder if (folder / "real").is_dir() else None


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whoever runs the tests may hold real ones."""
    for name in [name for name in os.environ if name.startswith("RIVALSCOPE_") and name.endswith("_TOKEN")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIVALSCOPE_CREDENTIALS", str(tmp_path_factory.getbasetemp() / "no-credentials.toml"))


@pytest.fixture(scope="session")
def captures() -> Path:
    """The captures; a test that needs them is skipped with one line where they are absent."""
    folder = captures_root()
    if folder is None:
        pytest.skip("no captures: set RIVALSCOPE_CAPTURES to the folder that holds real/ and datasets/")
    return folder
