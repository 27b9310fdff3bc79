#!/usr/bin/env python3
"""Beside bench.sh: puts one part's tables into RESULTS.md, between that part's markers, and makes head and targets anew.

report.py PART < text: the text is Markdown; a line "figure NAME VALUE" in it is a number that the targets are judged by.
"""
import datetime
import json
import os
import platform
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RESULTS = os.path.join(ROOT, "tests", "AiwgDaemon.Benchmarks", "RESULTS.md")
PARTS = {"micro": "In this process, beside packages", "commands": "Commands", "process": "A daemon, idle and under load", "scaling": "Scaling", "notes": "What is missed, and why"}

# What, figure, comparison, bound, unit.
TARGETS = [
    ("`start` to ready", "start_ms", "<=", 25, "ms"),
    ("`start` beside hello-world", "start_ratio", "<=", 8, "×"),
    ("`status` beside hello-world", "status_ratio", "<=", 3, "×"),
    ("`--version` beside hello-world", "version_ratio", "<=", 2.5, "×"),
    ("idle RSS", "rss_mb", "<=", 12, "MB"),
    ("idle PSS", "pss_mb", "<=", 10, "MB"),
    ("idle threads", "threads", "<=", 6, ""),
    ("idle voluntary switches a minute", "switches", "<=", 6, ""),
    ("event latency over debounce, median", "latency_ms", "<=", 0.5, "ms"),
    ("event latency over debounce, p99", "latency_p99_ms", "<=", 3, "ms"),
    ("cron beside the best of Cronos and NCrontab, worst row", "cron_worst", "<=", 0.8, "×"),
    ("cron next and matches, allocated", "cron_bytes", "<=", 0, "B"),
    ("bus beside bare channels, worst row", "bus_ratio", ">=", 0.5, "×"),
    ("bus, one subscriber", "bus_rate", ">=", 5, "M events/s"),
    ("bus, allocated per event", "bus_bytes", "<=", 0, "B"),
    ("log writer beside a bare FileStream", "log_ratio", ">=", 0.5, "×"),
    ("logger beside Serilog's file sink, not buffered", "serilog_unbuffered_ratio", ">=", 3, "×"),
    ("logger beside Serilog's file sink, buffered", "serilog_ratio", ">=", 3, "×"),
    ("log writer, allocated per line", "log_bytes", "<=", 0, "B"),
    ("log call through ILogger, allocated", "log_call_bytes", "<=", 0, "B"),
    ("… above the message of Microsoft.Extensions.Logging", "log_call_own_bytes", "<=", 0, "B"),
    ("globs beside the fastest package", "glob_ratio", ">=", 3, "×"),
    (".gitignore beside MAB.DotIgnore", "gitignore_ratio", ">=", 3, "×"),
    ("1,000 rules beside 10", "rules_ratio", "<=", 3, "×"),
    ("short actions at parallelism 2", "actions_rate", ">=", 500, "a second"),
    ("action's start beside posix_spawn from C", "spawn_ratio", "<=", 1.5, "×"),
    ("webhook beside Debian's `webhook`", "webhook_ratio", ">=", 10, "×"),
    ("binary, dynamic", "binary_mb", "<=", 10, "MB"),
    ("binary, fully static", "static_mb", "<=", 15, "MB"),
    ("a clean `scripts/test.sh`", "test_minutes", "<=", 8, "minutes"),
    ("steepest growth, fitted over all sizes", "exponent_worst", "<=", 1.1, ""),
    ("steepest growth of a last step", "step_worst", "<=", 1.1, ""),
]


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()
    except OSError:
        return ""


def machine():
    model = re.search(r"model name\s*:\s*(.*)", open("/proc/cpuinfo").read())
    system = re.search(r'PRETTY_NAME="(.*)"', open("/etc/os-release").read())
    return (f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} processors, Linux {platform.release()}, "
            f"{system.group(1) if system else ''}; .NET SDK {run('dotnet', '--version')}")


def load(text):
    parts = {}
    for name in PARTS:
        found = re.search(rf"<!-- {name} (.*?) -->\n(.*?)<!-- end of {name} -->", text, re.S)
        if found:
            parts[name] = (json.loads(found.group(1)), found.group(2))
    return parts


def micro_figures(text):
    """The targets' figures out of BenchmarkDotNet's tables: nanoseconds and bytes by method and parameter."""
    times, allocated, head = {}, {}, []
    for line in text.splitlines():
        # The first row of a parameter's group is in bold.
        cells = [c.strip(" *") for c in line.split("|")[1:-1]]
        if not cells or set("".join(cells)) <= set("-: "):
            continue
        if cells[0] == "Method":
            head = cells
            continue
        if len(cells) != len(head) or "Mean" not in head or not cells[0]:
            continue
        row = dict(zip(head, cells))
        key = row["Method"] + "".join(" " + row[p].replace(",", "") for p in ("Subscribers", "Rules", "Paths", "Actions") if p in row)
        value = re.match(r"([\d,.]+) (ns|us|μs|ms|s)", row["Mean"])
        if value:
            times[key] = float(value.group(1).replace(",", "")) * {"ns": 1, "us": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9}[value.group(2)]
        size = re.match(r"([\d,.]+) (B|KB|MB)", row.get("Allocated", ""))
        allocated[key] = float(size.group(1).replace(",", "")) * {"B": 1, "KB": 1024, "MB": 1 << 20}[size.group(2)] if size else 0

    figures = {}

    def figure(name, make):
        try:
            figures[name] = make()
        except (KeyError, ValueError):
            # This run left these benchmarks out.
            pass

    rows = [r for r in ("ParseSimple", "ParseComplex", "NextSimple", "NextComplex", "NextNewYork", "Never", "Matches") if r in times]
    worst = {r: times[r] / min(t for k, t in times.items() if k.startswith(r) and k != r and "Quartz" not in k) for r in rows}
    for r, ratio in worst.items():
        figures["cron_" + r] = ratio
    figure("cron_worst", lambda: max(worst.values()))
    figure("cron_bytes", lambda: max(allocated[r] for r in rows if not r.startswith("Parse")))
    figure("bus_ratio", lambda: min(times[f"BareChannel {n}"] / times[f"Bus {n}"] for n in (1, 4)))
    figure("bus_rate", lambda: 1e3 / times["Bus 1"])
    figure("bus_bytes", lambda: max(allocated[f"Bus {n}"] for n in (1, 4)))
    figure("log_ratio", lambda: times["BareFileStream"] / times["Writer"])
    figure("serilog_ratio", lambda: min(times["SerilogFileSink"], times["SerilogFileSinkBuffered"]) / times["Logger"])
    figure("serilog_unbuffered_ratio", lambda: times["SerilogFileSink"] / times["Logger"])
    figure("log_bytes", lambda: allocated["Writer"])
    figure("log_call_bytes", lambda: allocated["Logger"])
    figure("log_call_own_bytes", lambda: allocated["Logger"] - allocated["MessageAlone"])
    figure("glob_ratio", lambda: min(times["GlobsDotNetGlob"], times["GlobsFileSystemGlobbing"]) / times["Globs"])
    figure("gitignore_ratio", lambda: times["GitIgnoreDotIgnore"] / times["GitIgnore"])
    figure("rules_ratio", lambda: times["Match 1000"] / times["Match 10"])
    return figures


def targets(figures):
    lines = ["| what | target | measured | |", "|---|---|---|---|"]
    for what, name, sign, bound, unit in TARGETS:
        if name not in figures:
            lines.append(f"| {what} | {'≤' if sign == '<=' else '≥'} {bound:g} {unit} | – | not measured |")
            continue
        value = figures[name]
        met = value <= bound if sign == "<=" else value >= bound
        by = "" if not bound else f", by {abs(value - bound) / bound * 100:.0f} %"
        lines.append(f"| {what} | {'≤' if sign == '<=' else '≥'} {bound:g} {unit} | {value:.4g} {unit} | {'met' if met else '**not met**' + by} |")
    return "\n".join(lines)


def main():
    part = sys.argv[1]
    parts = load(open(RESULTS).read()) if os.path.exists(RESULTS) else {}
    body, figures = [], {}
    for line in sys.stdin.read().splitlines():
        found = re.match(r"figure (\w+) ([-\d.e+]+)$", line)
        if found:
            figures[found.group(1)] = float(found.group(2))
        else:
            body.append(line)
    body = "\n".join(body).strip() + "\n"
    if part == "micro":
        figures = micro_figures(body)
    at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%MZ")
    parts[part] = ({"at": at, "load": round(os.getloadavg()[0], 1), "machine": machine(), "figures": {k: round(v, 4) for k, v in figures.items()}}, body)
    if "micro" in parts:
        parts["micro"][0]["figures"] = {k: round(v, 4) for k, v in micro_figures(parts["micro"][1]).items()}
    if "scaling" in parts:
        steps = re.findall(r"^\| … of the last step \|(.*)\|$", parts["scaling"][1], re.M)
        parts["scaling"][0]["figures"]["step_worst"] = max(float(n) for row in steps for n in re.findall(r"-?\d+\.\d+", row))
    everything = {}
    for data, _ in parts.values():
        everything.update(data["figures"])
    with open(RESULTS, "w") as out:
        out.write("# Results\n\nWritten by `scripts/bench.sh all`; or by its parts `micro`, `process` (with `commands`), `scaling` and `notes`, each of which replaces its own section. MB are 1,000,000 bytes.\n")
        out.write("\n## Targets\n\n" + targets(everything) + "\n")
        for name, title in PARTS.items():
            if name in parts:
                data, text = parts[name]
                out.write(f"\n## {title}\n\n{data['at']}, load average {data['load']} at the end. {data['machine']}.\n\n<!-- {name} {json.dumps(data)} -->\n{text}<!-- end of {name} -->\n")


main()
