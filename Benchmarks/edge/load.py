"""Load: wrk for throughput and latency, h2load for HTTP/2, handshake.c for new TLS connections, and connections that
only stay."""

import json
import os
import re
import selectors
import socket
import subprocess

from machine import LOAD_CORE

CIPHER = "TLS_AES_256_GCM_SHA384"
CIPHER_12 = "ECDHE-ECDSA-AES256-GCM-SHA384"
environment = None  # of the clients of TLS
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


def offer_one_cipher(folder):
    """Makes all clients of TLS offer only AES-256-GCM, by OpenSSL's own configuration, since wrk has no option for it:
    proxies' preferences differ, and it is not ciphers that are compared."""
    global environment
    path = os.path.join(folder, "openssl.cnf")
    with open(path, "w") as f:
        f.write("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = offered\n"
                f"[offered]\nCiphersuites = {CIPHER}\nCipherString = {CIPHER_12}\n")
    environment = {**os.environ, "OPENSSL_CONF": path}


def _seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * UNITS[unit]


def wrk(url, seconds, connections=64, host=None, close=False, script=None):
    """One run of wrk; what it counted, as a dictionary."""
    command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
               "--timeout", "5s"]
    if host:
        command += ["-H", f"Host: {host}"]
    if close:
        command += ["-H", "Connection: close"]
    if script:
        command += ["-s", script]
    text = subprocess.run([*command, url], check=True, capture_output=True, text=True, env=environment).stdout
    requests, span = re.search(r"(\d+) requests in ([\d.]+(?:us|ms|s|m)),", text).groups()
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    answers = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {
        "requests": int(requests),
        "per_second": int(requests) / _seconds(span),
        "p50_us": 1e6 * _seconds(re.search(r"^\s+50%\s+(\S+)", text, re.M).group(1)),
        "p99_us": 1e6 * _seconds(re.search(r"^\s+99%\s+(\S+)", text, re.M).group(1)),
        "socket_errors": sum(map(int, socket_errors.groups())) if socket_errors else 0,
        "wrong_answers": int(answers.group(1)) if answers else 0,
    }


def h2load(port, seconds, host, path, connections, streams=100):
    """One run of h2load over TLS; what it counted. It tells no percentiles."""
    command = ["taskset", "-c", str(LOAD_CORE), "h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-D{seconds}",
               "--npn-list=h2", f"--tls13-ciphers={CIPHER}", f"--connect-to=127.0.0.1:{port}",
               "-H", f":authority: {host}", f"https://{host}:{port}{path}"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Application protocol: h2\n" not in text:
        raise SystemExit(f"edge benchmark: no HTTP/2 at port {port}:\n{text}")
    done, failed, errored, timeout = map(int, re.search(
        r"(\d+) done, \d+ succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", text).groups())
    wrong = sum(map(int, re.search(r"status codes: \d+ 2xx, \d+ 3xx, (\d+) 4xx, (\d+) 5xx", text).groups()))
    return {"requests": done, "per_second": done / seconds, "socket_errors": failed + errored + timeout,
            "wrong_answers": wrong}


def handshakes(program, scenario, port, seconds, host, connections):
    """One run of handshake.c; what it counted. A handshake of another kind than the scenario's is a wrong answer; the
    first of each connection that is kept going is always full."""
    command = ["taskset", "-c", str(LOAD_CORE), program, scenario.load, port, host, connections, seconds]
    if scenario.version:
        command.append(scenario.version)
    run = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, env=environment)
    result = json.loads(run.stdout)
    full = result["requests"] - result["resumed"]
    result.update(per_second=result["requests"] / result["seconds"], socket_errors=result["errors"],
                  wrong_answers=max(0, full - connections) if scenario.load == "resumed" else result["resumed"])
    return result


def octets(program, what, port, seconds, connections):
    """One run of stream.c; what it counted."""
    command = ["taskset", "-c", str(LOAD_CORE), program, what, port, seconds, connections]
    run = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    result = json.loads(run.stdout)
    result.update(per_second=result["requests"] / result["seconds"], socket_errors=result["errors"], wrong_answers=0)
    return result


def echoes(port):
    """Whether what is sent to the port comes back."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
            s.sendall(b"ping")
            return s.recv(4) == b"ping"
    except OSError:
        return False


def probe(program, port, host, version=""):
    """What one new TLS connection negotiated, if its request was answered with 200; else None."""
    command = [program, "probe", str(port), host, "1", "2", version]
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    return json.loads(run.stdout) if run.returncode == 0 else None


class IdleConnections:
    """Connections that made one request each and then stay open and silent; fewer than asked for if the proxy takes no
    more."""

    def __init__(self, port, host, count):
        self.sockets = []
        request = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        for _ in range(count):
            try:
                s = socket.create_connection(("127.0.0.1", port), timeout=10)
                s.sendall(request)
                answer = b""
                while b"\r\n\r\n" not in answer or len(answer.partition(b"\r\n\r\n")[2]) < 128:
                    piece = s.recv(4096)
                    if not piece:
                        return
                    answer += piece
                if not answer.startswith(b"HTTP/1.1 200"):
                    return
            except OSError:
                return
            self.sockets.append(s)

    def end(self):
        """Ends them; how many the proxy had not closed meanwhile."""
        closed = 0
        with selectors.DefaultSelector() as selector:
            for s in self.sockets:
                selector.register(s, selectors.EVENT_READ)
            if self.sockets:
                closed = len(selector.select(timeout=0))
        for s in self.sockets:
            s.close()
        return len(self.sockets) - closed


class IdleTLSConnections:
    """The same over TLS, by handshake.c."""

    def __init__(self, program, port, host, count, at_once=64):
        command = ["taskset", "-c", str(LOAD_CORE), program, "idle", port, host, at_once, count]
        self.child = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      env=environment)
        self.count = json.loads(self.child.stdout.readline())["requests"]

    def end(self):
        """Ends them; how many the proxy had not closed meanwhile."""
        output, _ = self.child.communicate("")
        return self.count - json.loads(output)["closed"]
