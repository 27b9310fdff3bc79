"""Shared by process.py and scaling.py: times of runs, what /proc says of a process, and a project with a daemon in it."""
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

BINARY = os.environ["AIWG_DAEMON_BINARY"]
NULL = open(os.devnull, "r+")


def say(text):
    import sys
    print("==>", text, file=sys.stderr, flush=True)


def run_ms(*command, check=True, cwd=None):
    """Milliseconds from before the start of a process until its end."""
    before = time.perf_counter()
    ended = subprocess.run(command, stdin=NULL, stdout=NULL, stderr=subprocess.PIPE, cwd=cwd, timeout=120)
    took = (time.perf_counter() - before) * 1000
    if check and ended.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}: {ended.stderr.decode(errors='replace')[:300]}")
    return took


def median(values):
    return statistics.median(values)


def status_of(pid, key, file="status"):
    for line in pathlib.Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


def cpu_ms(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and those below it."""
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # It has ended meanwhile.
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def switches(pid):
    """Voluntary context switches by thread: (id, name) to count."""
    counts = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            counts[task.name, (task / "comm").read_text().strip()] = status_of(pid, "voluntary_ctxt_switches", f"task/{task.name}/status")
        except OSError:
            continue  # The thread has ended.
    return counts


class Project:
    """A temporary project with a daemon; leaving the block ends both."""

    def __init__(self, config=None, directory=None):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="aiwg-bench-", dir=directory if directory and os.path.isdir(directory) else None))
        (self.root / ".aiwg").mkdir()
        (self.root / "src").mkdir()
        if config is not None:
            (self.root / ".aiwg/daemon.yaml").write_text(config)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop(check=False)
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self):
        return run_ms(BINARY, "start", "--project", str(self.root))

    def stop(self, check=True):
        return run_ms(BINARY, "stop", "--project", str(self.root), check=check)

    @property
    def pid(self):
        return int((self.root / ".aiwg/daemon.pid").read_text().split()[0])

    def events(self):
        """The journal's bytes."""
        return b"".join(f.read_bytes() for f in sorted((self.root / ".aiwg/daemon/events").glob("2*.jsonl")))

    def journal_size(self):
        return sum(f.stat().st_size for f in (self.root / ".aiwg/daemon/events").glob("2*.jsonl"))
