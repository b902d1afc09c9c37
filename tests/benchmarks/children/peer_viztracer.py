"""bare_pool.py under VizTracer, which traces the workers, too. Arguments as of bare_pool.py."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

program = Path(__file__).parent / "bare_pool.py"
with TemporaryDirectory() as folder:
    report = Path(folder, "trace.json")
    tracer = [sys.executable, "-m", "viztracer", "--quiet", "-o", str(report)]
    done = subprocess.run(
        [*tracer, "--", str(program), *sys.argv[1:]], stdout=subprocess.PIPE, text=True, check=True
    )
    if f'"{sys.argv[1]} ('.encode() not in report.read_bytes():
        raise SystemExit("the tasks are not in the trace")
print(done.stdout.split()[-1])
