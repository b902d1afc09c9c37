"""What tests of the engine share."""

from pathlib import Path

import pytest


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which saved runs are unpacked."""
    folder = tmp_path / "opened"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder
