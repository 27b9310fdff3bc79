"""
The clients of hostile-webhook.sh: PORT PID SECONDS EVENTS_DIRECTORY [KIND...]. Exit code 1 where a promise was broken.
PORT legitimate SECONDS CLIENTS is a process of its own, so that its requests do not wait for the hostile ones of this machine.
"""
import asyncio, glob, hashlib, hmac, json, os, random, sys, time

PORT, PID, SECONDS, EVENTS, ONLY = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4], sys.argv[5:]
SECRET = os.environ["AIWG_HOSTILE_SECRET"].encode()
END = time.monotonic() + SECONDS
answers, accepted_bad = {}, []
good, latencies = {}, []


def rss():
    with open(f"/proc/{PID}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def running():
    return time.monotonic() < END


def count(kind, status):
    answers.setdefault(kind, {}).setdefault(status, 0)
    answers[kind][status] += 1
    if status.startswith("2"):
        accepted_bad.append(kind)


async def status_of(reader, limit=20):
    try:
        line = await asyncio.wait_for(reader.readline(), limit)
        return line.split()[1].decode() if line.startswith(b"HTTP/") else "closed"
    except (asyncio.TimeoutError, TimeoutError):
        return "silent"
    except OSError:
        return "reset"


async def attack(kind, send, pause):
    """One hostile client after another until the end."""
    while running():
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            answer = asyncio.ensure_future(status_of(reader))
            try:
                await send(writer, answer)
            except OSError:
                pass  # Cut off while sending, as it should be.
            count(kind, await answer)
        except OSError:
            count(kind, "refused")
        finally:
            if writer:
                writer.transport.abort()
        await asyncio.sleep(pause)


def head(path="/ci", host="127.0.0.1", length=None, extra=""):
    size = f"Content-Length: {length}\r\n" if length is not None else ""
    return f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{size}{extra}\r\n".encode()


async def slowly(writer, answer, data, pause):
    for byte in data:
        if answer.done() or not running():
            return
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(pause)


FORGED = "X-Hub-Signature-256: sha256=" + "0" * 64 + "\r\n"


async def slow_headers(writer, answer):
    await slowly(writer, answer, head(length=2, extra="X-A: " + "a" * 4000 + "\r\n"), 0.5)


async def slow_body(writer, answer):
    writer.write(head(length=1000, extra=FORGED))
    await slowly(writer, answer, b"x" * 1000, 0.5)


async def large(writer, answer, extra, framing):
    chunk = b"x" * 65536
    if framing == "chunked":
        writer.write(head(extra=extra + "Transfer-Encoding: chunked\r\n"))
        chunk = b"10000\r\n" + chunk + b"\r\n"
    else:
        writer.write(head(length=200 << 20, extra=extra))
    for _ in range(3200):
        if answer.done() or not running():
            return
        writer.write(chunk)
        await writer.drain()


async def large_unsigned(writer, answer):
    await large(writer, answer, "", "length")


async def large_forged(writer, answer):
    await large(writer, answer, FORGED, "chunked")


async def large_head(writer, answer):
    """A head that is as large as may be and has no end: all of it is held until the time for it is over."""
    writer.write(b"POST /ci HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(7)))
    await slowly(writer, answer, b"x" * 1000, 0.5)


async def stuck_body(writer, answer):
    """Nearly the largest body, which does not end."""
    writer.write(head(length=1 << 20, extra=FORGED) + b"x" * ((1 << 20) - 1000))
    await slowly(writer, answer, b"x" * 1000, 0.5)


async def garbage(writer, answer):
    writer.write(random.randbytes(random.randint(1, 8192)) + b"\r\n\r\n")
    await writer.drain()


async def forged(writer, answer):
    body = b'{"a":1}'
    writer.write(head(length=len(body), extra=FORGED) + body)


async def foreign_host(writer, answer):
    body = b"{}"
    signature = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    writer.write(head(host="evil.example", length=2, extra=f"X-Hub-Signature-256: sha256={signature}\r\n") + body)


async def smuggled(writer, answer):
    writer.write(head(length=4, extra=FORGED + "Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n")


async def idle(number):
    await asyncio.sleep(number / 500)
    while running():
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            await asyncio.wait_for(reader.read(1), max(0.1, END - time.monotonic()))
        except (OSError, asyncio.TimeoutError, TimeoutError):
            pass  # Either end of an idle connection may close it.
        finally:
            if writer:
                writer.transport.abort()
        await asyncio.sleep(0.5)


async def legitimate():
    number = 0
    while running():
        number += 1
        body = json.dumps({"good": number}).encode()
        signature = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        began = time.monotonic()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            writer.write(head(length=len(body), extra=f"X-Hub-Signature-256: sha256={signature}\r\nConnection: close\r\n") + body)
            status = await status_of(reader)
            writer.transport.abort()
        except OSError as error:
            status = f"{error}"
        good[status] = good.get(status, 0) + 1
        latencies.append(time.monotonic() - began)
        await asyncio.sleep(0.05)


async def watch_memory(peak):
    while running():
        peak.append(rss())
        await asyncio.sleep(0.1)


async def honest(seconds, clients):
    """Good requests from a process of their own, until its end."""
    program = await asyncio.create_subprocess_exec(sys.executable, __file__, str(PORT), "legitimate", str(seconds), str(clients), stdout=asyncio.subprocess.PIPE)
    output, _ = await program.communicate()
    statuses, times = json.loads(output)
    for status, number in statuses.items():
        good[status] = good.get(status, 0) + number
    latencies.extend(times)


async def main():
    global END
    idle_rss = rss()
    # Two seconds of good requests first: what every daemon needs once is not growth.
    await honest(2, 8)
    latencies.clear()
    END = time.monotonic() + SECONDS
    before, peak = rss(), [0]
    clients = [(slow_headers, 100, 1), (slow_body, 100, 1), (large_head, 100, 1), (stuck_body, 8, 0.5), (large_unsigned, 4, 0.1),
               (large_forged, 4, 0.1), (garbage, 4, 0.02), (forged, 8, 0.01), (foreign_host, 2, 0.02), (smuggled, 2, 0.02)]
    tasks = [attack(send.__name__, send, pause) for send, number, pause in clients for _ in range(number) if not ONLY or send.__name__ in ONLY]
    if not ONLY or "idle" in ONLY:
        tasks += [idle(number) for number in range(2000)]
    await asyncio.gather(honest(SECONDS, 1), watch_memory(peak), *tasks)
    # Returned means: shortly after the last hostile client has gone.
    for _ in range(60):
        after = rss()
        if after <= before + 1024:
            break
        await asyncio.sleep(0.5)
    return idle_rss, before, max(peak), after


if PID == "legitimate":
    async def only_legitimate():
        await asyncio.gather(*(legitimate() for _ in range(int(EVENTS))))

    asyncio.run(only_legitimate())
    print(json.dumps([good, latencies]))
    sys.exit()
idle_rss, before, peak, after = asyncio.run(main())
for kind, statuses in answers.items():
    print(f"{kind:15} " + ", ".join(f"{n} x {status}" for status, n in sorted(statuses.items())))
journal = [json.loads(line) for name in glob.glob(os.path.join(EVENTS, "????-??-??.jsonl")) for line in open(name)]
hooks = [event for event in journal if event["source"] == "webhook"]
strange = [event for event in hooks if "good" not in event["payload"]["body"]]
latencies.sort()
print(f"legitimate      {', '.join(f'{n} x {status}' for status, n in good.items())}; 99 % within {latencies[len(latencies) * 99 // 100] * 1000:.0f} ms")
print(f"in the journal  {len(hooks)} webhook events, {len(strange)} of them not ours")
print(f"RSS             {before} kB before ({idle_rss} kB before the first request), {peak} kB at most (+{peak - before}), {after} kB after (+{after - before})")
faults = []
if set(good) != {"202"}: faults.append("legitimate requests failed")
if accepted_bad or strange or len(hooks) != good.get("202"): faults.append("something was accepted that should not be, or was lost")
if peak > before + 10_000: faults.append("memory grew by more than 10 MB")
if after > before + 5_000: faults.append("memory did not return")
print("failed: " + "; ".join(faults) if faults else "passed")
sys.exit(1 if faults else 0)
