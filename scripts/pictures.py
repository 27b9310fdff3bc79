"""Runs a session on a pseudo-terminal and draws it as an SVG that shows one command after the other: pictures.py FILE.

Called by pictures.sh in a project whose rule runs src/check.sh after a save. Light and dark follow the reader's setting; without
motion, if that is what the reader prefers, the whole session is shown.
"""

import html
import json
import os
import pty
import re
import subprocess
import sys
import time

COLUMNS, LINE, CHAR = 96, 19, 8.43
COLOURS = {"31": "red", "32": "green", "33": "yellow", "36": "cyan", "1": "bold", "2": "dim"}


def run(command):
    """What the command prints on a terminal, with its colours."""
    leader, follower = pty.openpty()
    environment = dict(os.environ, COLUMNS=str(COLUMNS), TERM="xterm-256color")
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(["sh", "-c", command], stdout=follower, stderr=follower, stdin=subprocess.DEVNULL, env=environment)
    os.close(follower)
    output = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux says so when the other end is closed.
            break
        if not piece:
            break
        output += piece
    process.wait()
    os.close(leader)
    return output.decode().replace("\r\n", "\n").replace(os.getcwd(), "/home/ada/shop").rstrip("\n")


def until(status):
    """The id of the newest run, as soon as it has ended so."""
    for _ in range(300):
        runs = json.loads(subprocess.check_output(["aiwg-daemon", "actions", "--json"]))
        ended = [run["id"] for run in runs if run["status"] == status]
        if ended:
            return ended[0]
        time.sleep(0.1)
    sys.exit(f"no run was {status} within 30 s")


def save(script):
    with open("src/check.sh", "w", encoding="utf-8") as file:
        file.write(script)


def session():
    """Pairs of a command and what it printed."""
    yield "aiwg-daemon start", run("aiwg-daemon start")
    save("echo '1 of 12 tests failed: price of two shirts is 41, not 42'\nexit 1\n")
    failed = until("failed")
    yield "vi src/price.js    # a mistake is saved", ""
    yield "aiwg-daemon actions", run("aiwg-daemon actions")
    tail = failed[-4:]
    yield f"aiwg-daemon actions logs {tail}", run(f"aiwg-daemon actions logs {tail}")
    save("echo '12 tests passed'\n")
    until("completed")
    yield "vi src/price.js    # it is mended", ""
    yield "aiwg-daemon actions", run("aiwg-daemon actions")
    yield "aiwg-daemon rules test --path docs/a.md    # why did nothing run?", run("aiwg-daemon rules test --path docs/a.md")


def spans(text):
    """One line of a terminal as SVG text."""
    out, classes = [], set()
    for piece in re.split(r"(\x1b\[[0-9;]*m)", text):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", piece)
        if code:
            for number in code[1].split(";"):
                classes = classes | {COLOURS[number]} if number in COLOURS else set()
        elif piece:
            out.append(f'<tspan class="{" ".join(sorted(classes))}">{html.escape(piece)}</tspan>' if classes else html.escape(piece))
    return "".join(out)


def draw(steps):
    body, y, at, motion = [], 48, 0.6, []
    for index, (command, output) in enumerate(steps):
        lines = ["<tspan class=\"green\">$</tspan> " + html.escape(command)] + [spans(line) for line in output.split("\n") if output]
        body.append(f'<g class="s s{index}">')
        for line in lines:
            body.append(f'<text x="20" y="{y}" xml:space="preserve">{line}</text>')
            y += LINE
        body.append("</g>")
        motion.append(f".s{index}{{animation-delay:{at:.1f}s}}")
        at += 1.4 + 0.35 * (len(lines) - 1)
        y += 5
    width, height = int(COLUMNS * CHAR + 40), y + 4
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>A session with aiwg-daemon</title>
<style>
.back{{fill:#f6f8fa;stroke:#d0d7de}} text{{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2328}}
.bold{{font-weight:700}} .dim{{fill:#656d76}} .green{{fill:#1a7f37}} .red{{fill:#cf222e}} .yellow{{fill:#7d4e00}} .cyan{{fill:#1b7c83}}
.s{{opacity:0;animation:show .2s linear forwards}} @keyframes show{{to{{opacity:1}}}}
{"".join(motion)}
@media (prefers-color-scheme:dark){{.back{{fill:#0d1117;stroke:#30363d}} text{{fill:#e6edf3}} .dim{{fill:#8d96a0}} .green{{fill:#3fb950}}
.red{{fill:#f85149}} .yellow{{fill:#d29922}} .cyan{{fill:#39c5cf}}}}
@media (prefers-reduced-motion:reduce){{.s{{opacity:1;animation:none}}}}
</style>
<rect class="back" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>
<circle cx="20" cy="18" r="5" fill="#ff5f57"/><circle cx="38" cy="18" r="5" fill="#febc2e"/><circle cx="56" cy="18" r="5" fill="#28c840"/>
{chr(10).join(body)}
</svg>
"""


if __name__ == "__main__":
    drawn = draw(list(session()))
    with open(sys.argv[1], "w", encoding="utf-8") as picture:
        picture.write(drawn)
