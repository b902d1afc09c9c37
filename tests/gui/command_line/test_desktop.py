"""The entry in the applications menu."""

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from poolscope import engine
from poolscope.gui.command_line import desktop
from poolscope.gui.command_line.main import main
from poolscope.resources import read_bytes

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="desktop entries are of Linux desktops"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder of a user, with a space in its name."""
    home = tmp_path / "data home"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    return home


def exec_words(line: str) -> list[str]:
    """The words of an Exec line as the specification reads them."""
    text = line.removeprefix("Exec=").replace("\\\\", "\\")  # first the escapes of a string
    words, word, quoted, characters = [], "", False, iter(text)
    for character in characters:
        if character == '"':
            quoted = not quoted
        elif character == "\\" and quoted:
            word += next(characters)
        elif character == " " and not quoted:
            words, word = [*words, word], ""
        else:
            word += character
    return [one.replace("%%", "%") for one in [*words, word]]


def test_install_writes_a_valid_entry_an_icon_and_a_file_type(home: Path) -> None:
    assert main(["desktop", "install"]) == 0
    entry = home / "applications" / "poolscope.desktop"
    validator = shutil.which("desktop-file-validate")
    if validator is not None:
        said = subprocess.run([validator, entry], capture_output=True, text=True)
        assert (said.returncode, said.stdout) == (0, "")
    assert "MimeType=application/x-poolscope;text/x-python;\n" in entry.read_text()
    icon = home / "icons" / "hicolor" / "scalable" / "apps" / "poolscope.svg"
    assert icon.read_bytes() == read_bytes("icons/poolscope.svg")
    assert "*.poolscope" in (home / "mime" / "packages" / "poolscope.xml").read_text()


def test_the_entry_starts_this_poolscope_from_anywhere(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not any(metadata.distributions(name="poolscope")):
        monkeypatch.setenv("PYTHONPATH", str(Path(str(engine.__file__)).parents[2]))
    monkeypatch.chdir(tmp_path)
    desktop.install(home, desktop.command())
    lines = (home / "applications" / "poolscope.desktop").read_text().splitlines()
    *words, file = exec_words(next(line for line in lines if line.startswith("Exec=")))
    assert file == "%f"
    assert Path(words[0]).is_absolute()
    said = subprocess.run([*words, "tasks"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("laborator")


@pytest.mark.parametrize(
    "program", ["/opt/my tools/pool", '/opt/a"b', "/opt/100%", "/opt/a\\b", "/opt/$HOME/`x`"]
)
def test_any_path_survives_the_quoting(program: str, home: Path) -> None:
    desktop.install(home, [program, "-m", "poolscope.gui"])
    lines = (home / "applications" / "poolscope.desktop").read_text().splitlines()
    words = exec_words(next(line for line in lines if line.startswith("Exec=")))
    assert words == [program, "-m", "poolscope.gui", "%f"]


def test_installing_again_changes_nothing(home: Path) -> None:
    main(["desktop", "install"])
    before = {path: path.read_bytes() for path in (home / one for one in desktop.WRITTEN)}
    main(["desktop", "install"])
    assert before == {path: path.read_bytes() for path in before}
    assert not list(home.rglob("*.part*"))


def test_remove_takes_out_what_install_wrote_and_nothing_else(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = home / "applications" / "other.desktop"
    other.parent.mkdir(parents=True)
    other.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n")
    main(["desktop", "install"])
    assert main(["desktop", "remove"]) == 0
    assert other.exists()
    assert not [path for path in home.rglob("*poolscope*") if path.is_file()]
    capsys.readouterr()
    assert main(["desktop", "remove"]) == 0
    assert "Nothing to remove" in capsys.readouterr().out


def test_a_relative_data_home_is_ignored_as_the_specification_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert desktop.data_home() == tmp_path / ".local" / "share"


def test_a_folder_that_cannot_be_written_is_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    (home / "applications").write_text("a file where a folder should be")
    assert main(["desktop", "install"]) == 2
    err = capsys.readouterr().err
    assert "poolscope.desktop cannot be written" in err
    assert err.count("\n") == 1


def test_elsewhere_one_sentence_says_that_it_is_for_linux(
    monkeypatch: pytest.MonkeyPatch, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(desktop.sys, "platform", "win32")
    assert main(["desktop", "install"]) == 2
    assert "Linux desktops" in capsys.readouterr().err
    assert not home.exists()
