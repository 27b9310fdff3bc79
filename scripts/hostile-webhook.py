"""The clients of hostile-webhook.sh: PORT PID SECONDS EVENTS_DIRECTORY. Exit code 1 where a promise was broken."""
import asyncio, glob, hashlib, hmac, json, os, random, sys, time

PORT, PID, SECONDS, EVENTS = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
SECRET = os.environ["AIWG_HOSTILE_SECRET"].encode()
END = time.monotonic() + SECONDS
answers, good, latencies, accepted_bad = {}, {}, [], []


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
        await asyncio.sleep(0.5)


async def main():
    global END
    # A first second of good requests: what every daemon needs once is not growth.
    END = time.monotonic() + 2
    await asyncio.gather(*(legitimate() for _ in range(8)))
    END = time.monotonic() + SECONDS
    before, peak = rss(), [0]
    clients = [(slow_headers, 100, 1), (slow_body, 100, 1), (large_unsigned, 4, 0.1), (large_forged, 4, 0.1), (garbage, 4, 0.02),
               (forged, 8, 0.01), (foreign_host, 2, 0.02), (smuggled, 2, 0.02)]
    tasks = [attack(send.__name__, send, pause) for send, number, pause in clients for _ in range(number)]
    await asyncio.gather(legitimate(), watch_memory(peak), *tasks, *(idle(n) for n in range(2000)))
    # Returned means: shortly after the last hostile client has gone.
    for _ in range(60):
        after = rss()
        if after <= before + 10_240:
            break
        await asyncio.sleep(0.5)
    return before, max(peak), after


before, peak, after = asyncio.run(main())
for kind, statuses in answers.items():
    print(f"{kind:15} " + ", ".join(f"{n} x {status}" for status, n in sorted(statuses.items())))
journal = [json.loads(line) for name in glob.glob(os.path.join(EVENTS, "????-??-??.jsonl")) for line in open(name)]
hooks = [event for event in journal if event["source"] == "webhook"]
strange = [event for event in hooks if "good" not in event["payload"]["body"]]
latencies.sort()
print(f"legitimate      {', '.join(f'{n} x {status}' for status, n in good.items())}; 99 % within {latencies[len(latencies) * 99 // 100] * 1000:.0f} ms")
print(f"in the journal  {len(hooks)} webhook events, {len(strange)} of them not ours")
print(f"RSS             {before} kB before, {peak} kB at most, {after} kB after")
faults = []
if set(good) != {"202"}: faults.append("legitimate requests failed")
if accepted_bad or strange or len(hooks) != good.get("202"): faults.append("something was accepted that should not be, or was lost")
if after > before + 10_240: faults.append("memory did not return")
print("failed: " + "; ".join(faults) if faults else "passed")
sys.exit(1 if faults else 0)
