"""`python3 dev.py bench [PAIRS]`: ratios side by side in one run, as a table and as bench.json."""

import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

import recorder

from poolscope.engine.machine import describe

RESULT = Path("bench.json")


def main() -> int:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else recorder.PAIRS
    machine = describe()
    print(f"{machine.system}, Python {machine.python}, {machine.usable} usable CPUs")
    rows = recorder.measure(pairs)
    names = [field.name for field in fields(recorder.Row)]
    print(" | ".join(names))
    for row in rows:
        values = asdict(row).values()
        print(" | ".join(f"{v:.3g}" if isinstance(v, float) else str(v) for v in values))
    text = {"machine": machine.to_json(), "recorder": [asdict(row) for row in rows]}
    RESULT.write_text(json.dumps(text, indent=2), "utf-8")
    print(f"written to {RESULT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
