#!/usr/bin/env python3
"""Beside bench.sh: how long commands take, in turns with a hello-world of the same SDK (HELLO)."""
import os

from daemons import BINARY, Project, median, run_ms, say

HELLO = os.environ["HELLO"]
RUNS = int(os.environ.get("RUNS", "30"))


def commands():
    say(f"Commands, {RUNS} rounds")
    took = {name: [] for name in ("hello", "version", "start", "status", "stop")}
    with Project() as project:
        root = str(project.root)
        for _ in range(RUNS):
            took["hello"].append(run_ms(HELLO))
            took["version"].append(run_ms(BINARY, "--version"))
            took["start"].append(project.start())
            took["hello"].append(run_ms(HELLO))
            took["status"].append(run_ms(BINARY, "status", "--project", root))
            took["stop"].append(project.stop())
    hello = median(took["hello"])
    print(f"Medians of {RUNS} rounds; in each round every command has its turn, beside hello-world (Native AOT, same SDK).\n")
    print("| command | median | fastest | beside hello-world |\n|---|---|---|---|")
    for name, text in (("hello", "hello-world"), ("version", "`--version`"), ("start", "`start` until ready"), ("status", "`status`"), ("stop", "`stop`")):
        print(f"| {text} | {median(took[name]):.1f} ms | {min(took[name]):.1f} ms | {median(took[name]) / hello:.2f} × |")
        print(f"figure {name}_ms {median(took[name]):.2f}")
        if name != "hello":
            print(f"figure {name}_ratio {median(took[name]) / hello:.3f}")
    size = os.path.getsize(BINARY)
    print(f"\nBinary: {size:,} bytes ({size / (1 << 20):.2f} MiB); hello-world: {os.path.getsize(HELLO):,}.")
    print(f"figure binary_mb {size / 1e6:.3f}")
    static = os.environ.get("STATIC_BINARY") or os.path.join(os.path.dirname(BINARY), "../release", os.path.basename(os.path.dirname(BINARY)), "aiwg-daemon")
    if os.path.exists(static):
        print(f"Fully static: {os.path.getsize(static):,} bytes.\nfigure static_mb {os.path.getsize(static) / 1e6:.3f}")
    if os.environ.get("TEST_MINUTES"):
        print(f"figure test_minutes {float(os.environ['TEST_MINUTES']):.2f}")


commands()
