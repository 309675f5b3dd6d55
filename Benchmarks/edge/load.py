"""Load: wrk for throughput and latency, plain sockets for connections that only stay."""

import re
import selectors
import socket
import subprocess

from machine import LOAD_CORE

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


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
    text = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
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

    def closed(self):
        """How many the proxy has closed meanwhile."""
        with selectors.DefaultSelector() as selector:
            for s in self.sockets:
                selector.register(s, selectors.EVENT_READ)
            return len(selector.select(timeout=0)) if self.sockets else 0

    def end(self):
        for s in self.sockets:
            s.close()
