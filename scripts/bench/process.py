#!/usr/bin/env python3
"""Beside bench.sh: what a daemon costs while it is idle and does under load, beside other daemons where they are installed."""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from daemons import NULL, Project, cpu_ms, family, median, say, status_of, switches

HERE = pathlib.Path(__file__).resolve().parent
IDLE = int(os.environ.get("IDLE_SECONDS", "120"))
MODULES = HERE.parents[1] / "artifacts/rivals/node_modules/.bin"
os.environ["PATH"] += f":{MODULES}:/usr/sbin"


def idle():
    say(f"Idle for {IDLE} s, beside other daemons")
    with Project() as project, contextlib.ExitStack() as stack:
        project.start()
        rivals = start_rivals(stack)
        # What a start sets in motion is over by then, the collection half a minute later too.
        time.sleep(40)
        pid = project.pid
        everyone = {"aiwg-daemon": ([pid], None), **{name: (family(p), ready) for name, (p, ready) in rivals.items()}}
        before = {name: [(cpu_ms(p), switches(p)) for p in pids] for name, (pids, _) in everyone.items()}
        time.sleep(IDLE)
        print(f"\nIdle for {IDLE} s, default configuration; a rival's processes are taken together.\n")
        print("| | start | RSS | PSS | threads | descriptors | switches a minute | CPU a minute |\n|---|---|---|---|---|---|---|---|")
        for name, (pids, ready) in everyone.items():
            alive = [p for p in pids if os.path.exists(f"/proc/{p}")]
            rss = sum(status_of(p, "VmRSS") for p in alive) * 1024 / 1e6
            pss = sum(status_of(p, "Pss", "smaps_rollup") for p in alive) * 1024 / 1e6
            threads = sum(status_of(p, "Threads") for p in alive)
            earlier = {thread: count for _, counts in before[name] for thread, count in counts.items()}
            # A thread that has ended took its count with it.
            by_thread = {thread: count - earlier.get(thread, 0) for p in alive for thread, count in switches(p).items()}
            woken = sum(by_thread.values()) * 60 / IDLE
            cpu = (sum(cpu_ms(p) for p in alive) - sum(c for c, _ in before[name])) * 60 / IDLE
            descriptors = sum(len(os.listdir(f"/proc/{p}/fd")) for p in alive)
            start = "above" if ready is None else "does not say" if ready != ready else f"{ready:.0f} ms"
            print(f"| {name} | {start} | {rss:.1f} MB | {pss:.1f} MB | {threads} | {descriptors} | {woken:.1f} | {cpu:.0f} ms |")
            if name == "aiwg-daemon":
                ours = by_thread
                print(f"figure rss_mb {rss:.3f}\nfigure pss_mb {pss:.3f}\nfigure threads {threads}\nfigure switches {woken:.2f}")
        print("\nSwitches of the daemon in that time, by thread: " + ", ".join(f"{thread} {n}" for (_, thread), n in sorted(ours.items(), key=lambda t: int(t[0][0]))) + ".")


def start_rivals(stack):
    """Each in the foreground with a configuration of its own, ended with the block. Name to (pid, milliseconds until it said or showed that it is up)."""
    work = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aiwg-rivals-")))
    (work / "tree").mkdir()
    (work / "tree/file.js").write_text("\n")
    (work / "supervisord.conf").write_text(
        f"[supervisord]\nnodaemon=true\nlogfile={work}/supervisord.log\npidfile={work}/supervisord.pid\n[unix_http_server]\nfile={work}/supervisor.sock\n")
    (work / "hooks.json").write_text('[{"id": "ci", "execute-command": "/bin/true"}]')
    tree = str(work / "tree")
    # Name, command, and what shows that it is up: a text in its output, or a file.
    candidates = [
        ("inotifywait", ["inotifywait", "-m", "-r", tree], "Watches established"),
        ("fswatch", ["fswatch", "-r", tree], None),
        ("watchman", ["watchman", "-f", "-U", f"{work}/wm.sock", "--logfile", f"{work}/wm.log", "--statefile", f"{work}/wm.state", "--pidfile", f"{work}/wm.pid"], work / "wm.sock"),
        ("entr", ["sh", "-c", f"find {tree} -name '*.js' | exec entr -n true"], None),
        ("chokidar-cli", ["chokidar", tree], "Watching"),
        ("nodemon", ["nodemon", "--watch", tree, "--exec", "true"], "clean exit"),
        ("cron", ["cron", "-f"], None),
        ("supervisor", ["supervisord", "-c", f"{work}/supervisord.conf"], work / "supervisor.sock"),
        ("pm2", ["pm2-runtime", "start", "--name", "sleep", "--interpreter", "none", "/bin/sleep", "--", "100000"], "online"),
        ("webhook", ["webhook", "-hooks", f"{work}/hooks.json", "-ip", "127.0.0.1", "-port", "19087", "-verbose"], "serving hooks"),
        ("svlogd", ["svlogd", str(work / "svlogd")], None),
        ("multilog", ["multilog", "t", str(work / "multilog")], None),
    ]
    (work / "svlogd").mkdir()
    started = {}
    for name, command, sign in candidates:
        if not shutil.which(command[0]) and command[0] != "sh" or name == "entr" and not shutil.which("entr"):
            print(f"\n{name}: not installed.")
            continue
        with open(work / f"{name}.out", "w") as out:
            before = time.perf_counter()
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=work, start_new_session=True,
                                       env={**os.environ, "PM2_HOME": str(work / "pm2"), "HOME": str(work)})
        stack.callback(end, process)
        until = before + 20
        while sign is not None and time.perf_counter() < until and process.poll() is None:
            if sign.exists() if isinstance(sign, pathlib.Path) else sign in (work / f"{name}.out").read_text(errors="replace"):
                break
            time.sleep(0.002)
        ready = (time.perf_counter() - before) * 1000
        if sign is None:
            time.sleep(0.3)
        if process.poll() is None:
            started[name] = (process.pid, ready if sign is not None else float("nan"))
        else:
            say(f"{name} did not stay: {(work / f'{name}.out').read_text(errors='replace')[-200:]}")
    return started


def end(process):
    pids = family(process.pid)
    for pid in reversed(pids):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def loggers():
    say("Lines a second of the loggers")
    lines = 500_000
    print(f"\n{lines:,} lines of 100 bytes through a pipe into rotating files (the daemon's own writer is in the table of log calls, without a pipe):\n")
    print("| | lines a second |\n|---|---|")
    data = (b"x" * 99 + b"\n") * lines
    for name, command in (("cat (limit)", ["sh", "-c", "exec cat > out/file"]), ("svlogd", ["svlogd", "out"]), ("multilog", ["multilog", "s16000000", "n3", "./out"])):
        if not shutil.which(command[0]):
            print(f"| {name} | not installed |")
            continue
        times = []
        for _ in range(3):
            with tempfile.TemporaryDirectory(prefix="aiwg-log-") as work:
                os.mkdir(f"{work}/out")
                before = time.perf_counter()
                subprocess.run(command, input=data, cwd=work, stdout=NULL, stderr=NULL, timeout=60)
                times.append(time.perf_counter() - before)
        print(f"| {name} | {lines / median(times):,.0f} |")


def script(title, name, *arguments, timeout=600):
    """Another of the measuring scripts, whose lines are shown as they are."""
    say(f"{name} {' '.join(arguments)}")
    try:
        ended = subprocess.run([str(HERE.parent / name), *arguments], stdin=NULL, stdout=subprocess.PIPE, text=True, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        print(f"\n{title}: not done within {timeout} s.")
        return (late.stdout or b"").decode()
    command = " ".join([f"scripts/{name}", *arguments])
    print(f"\n{title} (`{command}`{'' if ended.returncode == 0 else f', which ended with {ended.returncode}'}):\n\n```\n{ended.stdout.strip()}\n```")
    return ended.stdout


def figure(name, pattern, text, scale=1.0):
    found = re.search(pattern, text, re.M)
    if found:
        print(f"figure {name} {float(found.group(1).replace(',', '')) * scale}")


def main():
    idle()
    loggers()
    watch = script("Files: latency, burst" + (", big trees" if os.environ.get("TREES") else ""), "measure-watch.sh", "flood", "latency", *(["trees"] if os.environ.get("TREES") else []))
    figure("latency_ms", r"^write to event.*aiwg-daemon.*median ([\d.]+) ms", watch)
    figure("latency_p99_ms", r"^write to event.*aiwg-daemon.*p99 ([\d.]+) ms", watch)
    actions = script("Actions", "measure-actions.sh", "300")
    figure("spawn_ratio", r"^ratio of the medians\s+([\d.]+)", actions)
    figure("actions_rate", r"^1000 short actions\s+(\d+) a second", actions)
    webhook = script("Webhooks", "measure-webhook.sh", "5")
    figure("webhook_rate", r"^accepted \(202\)\s+\d+, (\d+) a second", webhook)
    figure("webhook_ratio", r"^ratio\s+([\d.]+) times Debian's webhook", webhook)


main()
