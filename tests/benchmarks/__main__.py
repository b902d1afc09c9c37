"""`python3 dev.py bench [PART ...]`: ratios side by side in one run, as tables and as JSON."""

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import surroundings
from child import MARK, ChildError, end_marked
from options import PAIRS, QUICK_PAIRS, Options, say
from report import Section, as_text, page

PARTS = ("recorder", "starts", "frames", "live", "memory", "start_up", "peers")
"""Each is a module here with `measure(options, say)`, which yields tables."""
OWN_FOLDERS = ("DATA", "CACHE", "CONFIG", "STATE")
MISUSE, INTERRUPTED = 2, 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        print(f"bench: {message}", file=sys.stderr)
        sys.exit(MISUSE)


def parser() -> Parser:
    made = Parser("dev.py bench", description="Measures Poolscope beside what it is compared with.")
    made.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; else all")
    made.add_argument(
        "--pairs", type=_count, metavar="N", help=f"how often two programs take turns ({PAIRS})"
    )
    made.add_argument("--quick", action="store_true", help="few and small, to see that it works")
    made.add_argument(
        "--out", type=_target, default=Path("bench.json"), metavar="FILE", help="the JSON file"
    )
    return made


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is no number of pairs: 1 to 10000")
    return int(text)


def _target(text: str) -> Path:
    path = Path(text)
    if path.suffix != ".json":
        raise argparse.ArgumentTypeError(f"{text} is no .json file")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path


def main(argv: list[str] | None = None) -> int:
    """0: measured. 1: a part failed; the others are there. 2: bad usage."""
    made = parser()
    arguments = made.parse_args(argv)
    unknown = [name for name in arguments.parts if name not in PARTS]
    if unknown:
        made.error(f"there is no part {unknown[0]}: {', '.join(PARTS)}")
    pairs = arguments.pairs or (QUICK_PAIRS if arguments.quick else PAIRS)
    facts = surroundings.look()
    for line in surroundings.sentences(facts):
        print(line)
    if (facts["load_at_start"] or 0) > surroundings.QUIET:
        say("something else seems to run: figures will be worse, and ratios blurred")
    with own_world():
        found = _measure_all(arguments.parts or PARTS, Options(pairs, arguments.quick))
    _write(arguments.out, facts | {"pairs": pairs, "quick": arguments.quick}, found)
    return 1 if any(isinstance(sections, str) for sections in found.values()) else 0


def _measure_all(names: tuple[str, ...], options: Options) -> dict[str, list[Section] | str]:
    found: dict[str, list[Section] | str] = {}
    for name in names:
        sections: list[Section] = []
        try:
            for section in import_module(name).measure(options, say):
                sections.append(section)
                print(f"\n{as_text(section)}", flush=True)
            found[name] = sections
        except Exception as error:  # the other parts are worth having
            if not isinstance(error, ChildError):  # which says what there is to say
                traceback.print_exc()
            found[name] = f"{name}: failed: {type(error).__name__}: {error}"
            print(f"\n{found[name]}", flush=True)
    return found


@contextmanager
def own_world() -> Iterator[Path]:
    """Folders that nobody else reads or writes, and nothing that stays; its name is short, for
    there are sockets in it.
    """
    with tempfile.TemporaryDirectory(prefix="psb-", ignore_cleanup_errors=True) as name:
        before, folder_before = dict(os.environ), tempfile.tempdir
        for folder in OWN_FOLDERS:
            os.environ[f"XDG_{folder}_HOME"] = str(Path(name, folder.lower()))
        os.environ["TMPDIR"] = tempfile.tempdir = name
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # all that is installed has its bytecode
        try:
            yield Path(name)
        finally:
            left = end_marked()
            if left:
                say(f"{left} processes were left, and have been ended")
            os.environ.clear()
            os.environ.update(before)
            os.environ.pop(MARK, None)
            tempfile.tempdir = folder_before


def _write(path: Path, facts: dict[str, Any], found: dict[str, list[Section] | str]) -> None:
    parts = {
        name: sections if isinstance(sections, str) else [one.to_json() for one in sections]
        for name, sections in found.items()
    }
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    text = json.dumps({"when": when, **facts, "parts": parts}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", "utf-8")
    beside = path.with_suffix(".md")
    beside.write_text(page(surroundings.sentences(facts), found), "utf-8")
    print(f"\nwritten to {path} and {beside}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
