#!/usr/bin/env python3
"""Beside bench.sh: each cost at several sizes, and the exponent of its growth: the slope of a line through the logarithms, by least squares."""
import concurrent.futures
import hashlib
import hmac
import http.client
import json
import math
import os
import socket
import subprocess
import time

from daemons import BINARY, NULL, Project, cpu_ms, median, say, status_of

WATCH = "watch: {{ paths: [src/], debounce_ms: 50, max_wait_ms: 500, gitignore: false }}\nrules: []\n"
QUIET = "watch: { enabled: false }\n"
exponents = {}


def exponent(sizes, values):
    logs = [(math.log(s), math.log(v)) for s, v in zip(sizes, values) if v > 0]
    if len(logs) < 3:
        return None
    mean_x, mean_y = (sum(c) / len(logs) for c in zip(*logs))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def cell(slope):
    return "" if slope is None else f"{slope:.2f}" + (" **worse than linear**" if slope > 1.1 else "")


def above(values, floor):
    """What the size costs, without what nothing at all costs; less than a tenth of that is noise and is left out of the fit."""
    return [max(value - floor, 0) if value > floor * 1.1 else 0 for value in values]


def table(title, what, sizes, columns):
    """Columns: name to (values, format); one whose name begins with '=' is not fitted."""
    print(f"\n### {title}\n\n| {what} | " + " | ".join(c.lstrip("=") for c in columns) + " |\n|---" * 1 + "|---" * len(columns) + "|")
    for i, size in enumerate(sizes):
        print(f"| {size:,} | " + " | ".join(f.format(v[i]) for v, f in columns.values()) + " |")
    slopes, steps = [], []
    for name, (values, _) in columns.items():
        slope = None if name.startswith("=") else exponent(sizes, values)
        if slope is not None:
            exponents[f"{title}, {name}"] = slope
        slopes.append(cell(slope))
        steps.append(cell(math.log(values[-1] / values[-2]) / math.log(sizes[-1] / sizes[-2]) if slope is not None and min(values[-2:]) > 0 else None))
    print("| exponent | " + " | ".join(slopes) + " |")
    print("| … of the last step | " + " | ".join(steps) + " |", flush=True)


def status(project):
    return json.loads(subprocess.run([BINARY, "status", "--json", "--project", str(project.root)], capture_output=True, timeout=60).stdout)


def await_count(count, want, seconds=60):
    until = time.monotonic() + seconds
    while (found := count()) < want and time.monotonic() < until:
        time.sleep(0.01)
    return found


def directories():
    sizes = [1000, 4000, 16000, 64000]
    ready, memory = [], []
    for size in sizes:
        with Project(WATCH.format()) as project:
            for group in range(size // 100):
                for one in range(99):
                    os.makedirs(project.root / f"src/{group}/{one}")
            project.start(), project.stop()
            ready.append(median([(project.start(), project.stop())[0] for _ in range(3)]))
            project.start()
            time.sleep(1)
            memory.append(status_of(project.pid, "VmRSS") / 1024)
    # What every start costs is no part of the growth.
    with Project(WATCH.format()) as project:
        empty = median([(project.start(), project.stop())[0] for _ in range(5)])
        project.start()
        time.sleep(1)
        empty_memory = status_of(project.pid, "VmRSS") / 1024
    table("Watched directories", "directories", sizes, {
        "=ready after, ms": (ready, "{:.1f}"), "above an empty tree, ms": (above(ready, empty), "{:.1f}"),
        "=RSS, MiB": (memory, "{:.1f}"), "RSS above an empty tree, MiB": ([m - empty_memory for m in memory], "{:.2f}")})


def bursts():
    sizes = [500, 2000, 8000, 32000]
    took, cpu = [], []
    for size in sizes:
        # In memory: ext4 looks for an inode that was not freed within the last seconds, and where another run has just removed its
        # files, it is this search that takes the time of a burst (12 s for 32,000 files, without any daemon).
        with Project(WATCH.format(), "/dev/shm") as project:
            project.start()
            pid = project.pid
            before_cpu, before = cpu_ms(pid), time.monotonic()
            for i in range(size):
                os.close(os.open(project.root / f"src/f{i}", os.O_CREAT | os.O_WRONLY))
            # The journal is read once it is long enough, not all the time: reading takes a processor from who writes it.
            await_count(project.journal_size, size * 150)
            found = await_count(lambda: project.events().count(b'"file.create"'), size)
            took.append(time.monotonic() - before)
            cpu.append(cpu_ms(pid) - before_cpu)
            if found < size:
                print(f"\n{size - found} of {size} files were not reported within a minute.")
    table("A burst of new files", "files", sizes, {
        "=until the last is in the journal, s": (took, "{:.2f}"), "CPU of the daemon, ms": (cpu, "{:.0f}"), "=files a second": ([s / t for s, t in zip(sizes, took)], "{:,.0f}")})


def jobs():
    sizes = [10, 100, 1000, 10000]
    ready, memory, idle = [], [], []
    for size in sizes:
        lines = "".join(f'    - {{ id: job-{i}, cron: "{i % 60} {i % 24} 1 1 *", action: doctor }}\n' for i in range(size))
        with Project(QUIET + "schedule:\n  jobs:\n" + lines) as project:
            ready.append(median([(project.start(), project.stop())[0] for _ in range(3)]))
            project.start()
            time.sleep(2)
            before = cpu_ms(project.pid)
            time.sleep(8)
            idle.append((cpu_ms(project.pid) - before) * 60 / 8)
            memory.append(status_of(project.pid, "VmRSS") / 1024)
    floor, floor_memory = nothing()
    table("Jobs", "jobs", sizes, {
        "=start until ready, ms": (ready, "{:.1f}"), "above none, ms": (above(ready, floor), "{:.1f}"),
        "=RSS, MiB": (memory, "{:.1f}"), "RSS above none, MiB": (above(memory, floor_memory), "{:.1f}"), "=CPU a minute, idle, ms": (idle, "{:.0f}")})


def nothing():
    """Milliseconds of a start, and MiB, with nothing to do."""
    with Project(QUIET) as project:
        times = [(project.start(), project.stop())[0] for _ in range(5)]
        project.start()
        time.sleep(1)
        return median(times), status_of(project.pid, "VmRSS") / 1024


def rules():
    sizes = [10, 100, 1000, 5000]
    ready, memory, emit = [], [], []
    for size in sizes:
        lines = "".join(f"  - {{ id: r{i}, event: {{ source: manual, type: t{i} }}, action: {{ type: exec, argv: [/bin/true] }} }}\n" for i in range(size))
        with Project(QUIET + "rules:\n" + lines) as project:
            ready.append(project.start())
            pid = project.pid
            before = cpu_ms(pid)
            # The type is nobody's, so that only the matching differs.
            for _ in range(100):
                subprocess.run([BINARY, "emit", "unknown", "--project", str(project.root)], stdin=NULL, stdout=NULL, timeout=60)
            emit.append((cpu_ms(pid) - before) / 100)
            memory.append(status_of(pid, "VmRSS") / 1024)
    floor, floor_memory = nothing()
    table("Rules", "rules", sizes, {
        "=start until ready, ms": (ready, "{:.1f}"), "above none, ms": (above(ready, floor), "{:.1f}"),
        "=RSS, MiB": (memory, "{:.1f}"), "RSS above none, MiB": (above(memory, floor_memory), "{:.1f}"), "CPU of an event that none is for, ms": (emit, "{:.2f}")})


def connections():
    sizes = [8, 16, 32, 64, 128, 512]
    secret, body = "measure", b'{"ref":"refs/heads/main"}'
    os.environ["AIWG_MEASURE_SECRET"] = secret
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    memory, took, refused = [], [], []
    for size in sizes:
        with Project(QUIET + "webhook: { enabled: true, port: 0, secret_env: AIWG_MEASURE_SECRET, rate_limit_per_minute: 0, endpoints: [{ path: /ci, signature: github }] }\n") as project:
            project.start()
            port = status(project)["monitors"]["webhook"]["port"]
            open_ones = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(size)]

            def post(connection):
                before = time.perf_counter()
                try:
                    connection.request("POST", "/ci", body, {"X-Hub-Signature-256": signature, "Content-Type": "application/json"})
                    answer = connection.getresponse()
                    answer.read()
                    return answer.status == 202, (time.perf_counter() - before) * 1000
                except (OSError, http.client.HTTPException, socket.timeout):
                    return False, 0

            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                list(pool.map(post, open_ones))
                before = time.perf_counter()
                answers = list(pool.map(post, open_ones))
                took.append((time.perf_counter() - before) * 1000)
            refused.append(sum(not ok for ok, _ in answers))
            memory.append(status_of(project.pid, "VmRSS") / 1024)
            for connection in open_ones:
                connection.close()
    # Where the daemon takes no more connections at a time, the time is not that of so many answers.
    took = [0 if missing else time_taken for time_taken, missing in zip(took, refused)]
    table("Webhook connections, kept open, one signed request on each", "connections", sizes, {
        "all answered after, ms (0: not all)": (took, "{:.0f}"), "=not accepted": (refused, "{}"), "RSS, MiB": (memory, "{:.1f}")})


def logs():
    sizes = [1, 4, 16, 48]
    took, last = [], []
    for size in sizes:
        with Project(QUIET + "daemon: { log: { max_size_mb: 50 } }\n") as project:
            project.start()
            project.stop()
            log = project.root / ".aiwg/daemon/daemon.log"
            sample = log.read_bytes().splitlines()[0] + b"\n"
            with open(log, "ab") as out:
                for _ in range(size):
                    out.write(sample * ((1 << 20) // len(sample)))
            command = [BINARY, "logs", "--project", str(project.root)]

            def run(*more):
                before = time.perf_counter()
                subprocess.run([*command, *more], stdin=NULL, stdout=NULL, stderr=NULL, timeout=60)
                return (time.perf_counter() - before) * 1000

            took.append(median([run("--level", "error") for _ in range(3)]))
            last.append(median([run() for _ in range(5)]))
    table("Log bytes", "MiB of daemon.log", sizes, {"search all for errors, ms": (took, "{:.1f}"), "the last lines, ms": (last, "{:.1f}")})


def lookups():
    """The time of one command about one thing among many; it is to be constant."""
    sizes = [10, 100, 1000, 5000]
    took = []
    for size in sizes:
        lines = "".join(f"  - {{ id: r{i}, event: {{ source: manual, type: t{i} }}, action: {{ type: exec, argv: [/bin/true] }} }}\n" for i in range(size))
        with Project(QUIET + "rules:\n" + lines) as project:
            project.start()
            times = []
            for _ in range(15):
                before = time.perf_counter()
                subprocess.run([BINARY, "status", "--project", str(project.root)], stdin=NULL, stdout=NULL, timeout=60)
                times.append((time.perf_counter() - before) * 1000)
            took.append(median(times))
    table("`status` with many rules", "rules", sizes, {"`status`, ms": (took, "{:.1f}")})


def main():
    print("The exponent is the slope through the logarithms: 1 is linear, 0 constant; what is above 1.1 is marked.")
    for part in (directories, bursts, jobs, rules, lookups, connections, logs):
        say(part.__name__)
        try:
            part()
        except (Exception, SystemExit) as failure:
            # The other parts are worth having; the table says what is missing.
            print(f"\n{part.__name__}: not measured ({type(failure).__name__}: {str(failure)[:300]}).", flush=True)
    if exponents:
        steepest = max(exponents, key=exponents.get)
        print(f"\nSteepest: {steepest}, {exponents[steepest]:.2f}.")
        print(f"figure exponent_worst {exponents[steepest]:.3f}")


main()
