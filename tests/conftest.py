"""What all tests share: where the captures are."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def captures_root() -> Path | None:
    """Folder of real captures and data sets: ``RIVALSCOPE_CAPTURES``, else the sibling folder ``../shared``."""
    folder = Path(os.environ.get("RIVALSCOPE_CAPTURES", ROOT.parent / "shared"))
    return folder if (folder / "real").is_dir() else None


def pytest_collection_finish() -> None:
    """Thousands of tests and what they import stay to the end: garbage is not looked for among them again and again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def as_installed() -> Iterator[None]:
    """Commands in processes of their own lack what only the tests brought."""
    path = os.pathsep.join(filter(None, (str(Path(__file__).parent / "as_installed"), os.environ.get("PYTHONPATH"))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", path)
        yield


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
