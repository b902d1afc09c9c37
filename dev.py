#!/usr/bin/env python3
"""The one thing to know: it sets up what is missing, then does what you ask for.

python3 dev.py run [ARG…]       the window, or with arguments the `poolscope` command
python3 dev.py test [ARG…]      the tests; arguments go to pytest (--all: every fault in full)
python3 dev.py check [NAME…]    ruff, mypy and lint-imports, or those named
python3 dev.py bench [PART…]    the benchmarks, or these parts of them (--quick: small ones)
python3 dev.py screenshots      the pictures in the documentation
python3 dev.py build [ARG…]     a wheel, in dist/; arguments go to pip

Python 3.11 or newer is all that must be there. Everything else goes into .venv; what Qt needs from
the system is installed with apt-get where that is there and permitted, and named elsewhere.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python shall be told so
    sys.exit(f"dev.py: Poolscope needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

from collections.abc import Iterator
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "set-up.json"
FIRST_EXPERIMENT = "run laborator --inputs '(1, 2, 3)' --processes 2 --export timeline.png"
CHECKS = ("ruff check", "ruff format --check", "mypy", "mypy dev.py", "lint-imports --no-logo")
# Much of the suite waits for processes: two tests at a time take little more than one.
SIDE_BY_SIDE = ("--numprocesses=logical", "--maxprocesses=8", "--dist=worksteal")
# Through these Qt asks for all that it needs from the system: for X11, Wayland and no screen.
QT_FILES = ("lib/libQt6Network.so.6", "plugins/platforms/libq[oxw]*.so")
QT_IS_COMPLETE = VENV / "qt-is-complete"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
TEST_PROGRAMS = ("Xvfb", "openbox", "xauth", "xdotool", "desktop-file-validate")
# Debian calls the package of a program or library by its name, except for these.
DEBIAN_EXCEPTIONS = {
    "desktop-file-validate": "desktop-file-utils",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}


def say(sentence: str) -> None:
    """Tell people something, on standard error: standard output belongs to the command."""
    print(f"dev.py: {sentence}", file=sys.stderr, flush=True)


def succeeds(*command: str | Path) -> bool:
    """Run a command of the set-up; what it prints goes to standard error."""
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=2).returncode == 0


# The virtual environment


def set_up(dev: bool = False) -> None:
    """Bring .venv up to date, with what tests and checks need if `dev`; at once if it is."""
    with one_at_a_time():
        done: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            done = json.loads(STAMP.read_text(encoding="utf-8"))
        wanted = {
            "python": [sys.version, sys.base_prefix, str(ROOT)],
            "installed": fingerprint(),
            "dev": dev or bool(done.get("dev")),
        }
        if done == wanted and any(ROOT.glob("build/__editable__.*/poolscope")):
            return
        STAMP.unlink(missing_ok=True)
        QT_IS_COMPLETE.unlink(missing_ok=True)
        if done.get("python") != wanted["python"]:
            make_venv()
        install(".[dev]" if wanted["dev"] else ".")
        STAMP.write_text(json.dumps(wanted), encoding="utf-8")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two starts at once must not install into the same .venv."""
    with (ROOT / ".venv.lock").open("w") as lock:
        with contextlib.suppress(ImportError):  # there is no fcntl on Windows
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    """Changes when something must be installed again.

    The names of all sources count, too: a strict editable install is a link to each of them.
    """
    sources = (path for name in ("engine", "gui", "resources") for path in (ROOT / name).rglob("*"))
    names = {str(path) for path in sources if "__pycache__" not in path.parts}
    requirements = (ROOT / name for name in ("pyproject.toml", "constraints.txt", "setup.py"))
    content = b"".join(path.read_bytes() for path in requirements)
    return hashlib.sha256(content + "\n".join(sorted(names)).encode()).hexdigest()


def make_venv() -> None:
    """A new .venv, of the Python that runs this."""
    has_modules = all(importlib.util.find_spec(name) for name in ("ensurepip", "venv"))
    package = f"python3.{sys.version_info.minor}-venv"
    if not has_modules and not want_packages({"the module venv": package}, "The set-up"):
        sys.exit(1)
    say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    outside = getattr(sys, "_base_executable", sys.executable)  # .venv itself may be running this
    if not succeeds(outside, "-m", "venv", VENV):
        sys.exit("dev.py: could not make .venv: see the lines above")


def install(project: str) -> None:
    """Install the pinned packages, and the project as links to its files."""
    say("installing Python packages into .venv (the first time takes a minute or two)")
    pip = (PROGRAMS / "python", "-m", "pip", "--disable-pip-version-check")
    pins = ("install", "--quiet", "--constraint", "constraints.txt")
    editable = ("--no-build-isolation", "--config-settings", "editable_mode=strict", "--editable")
    if not succeeds(*pip, *pins, "setuptools") or not succeeds(*pip, *pins, *editable, project):
        sys.exit("dev.py: pip could not install the packages: see its lines above")


# The system's packages


def want_packages_for_qt() -> None:
    """Install what Qt needs from the system, and a font; looked for until all was there once."""
    if QT_IS_COMPLETE.exists() or not shutil.which("ldd"):
        return
    missing = {name: debian_package(name) for name in missing_libraries()}
    if not has_font():
        missing["a font"] = "fonts-dejavu-core"
    if want_packages(missing, "Qt"):
        QT_IS_COMPLETE.touch()


def missing_libraries() -> list[str]:
    """The libraries that Qt's own files ask for and the loader does not find."""
    folders = [*VENV.glob("lib/*/site-packages/PySide6/Qt")]
    files = [file for folder in folders for name in QT_FILES for file in folder.glob(name)]
    asked = subprocess.run(["ldd", *files], capture_output=True, text=True)
    return sorted(set(re.findall(r"(\S+) => not found", asked.stdout)))


def has_font() -> bool:
    """Whether there is any font to draw text with."""
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(True for folder in folders for _ in folder.rglob("*.[ot]t[cf]"))


def want_packages_for_tests() -> None:
    """Install what tests and screenshots on a real screen use, besides Qt."""
    want_packages_for_qt()
    missing = [name for name in TEST_PROGRAMS if not shutil.which(name)]
    want_packages({name: debian_package(name) for name in missing}, "A test on a real screen")


def debian_package(name: str) -> str:
    """The package of a program or a shared library, as Debian's policy has it (section 8.1)."""
    stem, _, version = name.lower().replace("_", "-").partition(".so.")
    hyphen = "-" if version and stem[-1].isdigit() else ""
    return DEBIAN_EXCEPTIONS.get(name, stem + hyphen + version)


def want_packages(missing: dict[str, str], purpose: str) -> bool:
    """Install Debian packages, or say in a sentence which ones are missing."""
    if not missing or not sys.platform.startswith("linux"):
        return not missing
    if not shutil.which("apt-get"):
        say(f"{purpose} needs what this machine lacks: {', '.join(missing)}")
        return False
    arguments = ["install", "-y", "--no-install-recommends", *sorted(set(missing.values()))]
    if apt_get(arguments):
        return True
    by_hand = f"sudo apt-get update && sudo apt-get {' '.join(arguments)}"
    say(f"{purpose} needs packages that are missing; install them with: {by_hand}")
    return False


def apt_get(arguments: list[str]) -> bool:
    """Run apt-get where we may; with new lists where there are none or it fails without."""
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
    if os.geteuid() != 0:
        command = ["sudo", "-n", *command]
        if subprocess.run("sudo -n true", shell=True, stderr=subprocess.DEVNULL).returncode != 0:
            return False
    say(f"apt-get {' '.join(arguments)}")
    has_lists = any(Path("/var/lib/apt/lists").glob("*_Packages*"))
    if has_lists and succeeds(*command, *arguments):
        return True
    return succeeds(*command, "update") and succeeds(*command, *arguments)


# The commands


def run(arguments: list[str]) -> int:
    """Open the window; without a screen, do its first experiment headless."""
    set_up()
    want_packages_for_qt()
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not arguments and not has_display and sys.platform not in ("win32", "darwin"):
        say("there is no screen: running the first experiment without a window, see timeline.png")
        arguments = shlex.split(FIRST_EXPERIMENT)
    return go_on_as("poolscope", *arguments)


def test(arguments: list[str]) -> int:
    """Run the tests."""
    set_up(dev=True)
    want_packages_for_tests()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.chdir(ROOT)
    whole_suite = all(argument.startswith("-") for argument in arguments)
    return go_on_as("pytest", *(SIDE_BY_SIDE if whole_suite else ()), *arguments)


def check(arguments: list[str]) -> int:
    """Run the checks of the programs named, or of all; also after one has failed."""
    set_up(dev=True)
    chosen = [check for check in CHECKS if not arguments or check.split()[0] in arguments]
    failed = [check for check in chosen if not passes(check)]
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def passes(check: str) -> bool:
    """Run a check and show what it says, with the sources' own paths instead of their links'."""
    program, *arguments = check.split()
    command = [str(PROGRAMS / program), *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = re.sub(r"build/__editable__[^/]*/poolscope/", "", done.stdout.decode(errors="replace"))
    print(f"{check}:\n{text.strip()}\n", flush=True)
    return done.returncode == 0


def bench(arguments: list[str]) -> int:
    """Run the benchmarks."""
    set_up()
    want_packages_for_qt()
    return go_on_as("python", ROOT / "tests/benchmarks", *arguments)


def screenshots(arguments: list[str]) -> int:
    """Draw the pictures in the documentation."""
    set_up()
    want_packages_for_tests()
    return go_on_as("python", ROOT / "tests/screenshots.py", *arguments)


def build(arguments: list[str]) -> int:
    """Make a wheel in dist/."""
    set_up()
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)  # else files long gone get into it
    os.chdir(ROOT)
    options = ("--no-deps", "--no-build-isolation", "--wheel-dir", "dist")
    return go_on_as("python", "-m", "pip", "wheel", *options, *arguments, ".")


def go_on_as(program: str, *arguments: str | Path) -> int:
    """Become a program of .venv; where that cannot be, run it and give its exit status."""
    command = [str(PROGRAMS / program), *map(str, arguments)]
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def main(arguments: list[str]) -> int:
    """Do what the first argument names."""
    commands = {each.__name__: each for each in (run, test, check, bench, screenshots, build)}
    if not arguments or arguments[0] not in commands:
        print((__doc__ or "").strip())
        return 0 if arguments in (["-h"], ["--help"]) else 2
    return commands[arguments[0]](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
