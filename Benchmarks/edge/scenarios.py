"""The scenarios: what is loaded how, and what Portico is to use beside its peers."""

from dataclasses import dataclass

PEERS = ("nginx", "haproxy")


@dataclass(frozen=True)
class Scenario:
    title: str
    # wrk; swap: wrk while the endpoints change; full, resumed, idle: handshake.c; h2load; stream, ping: stream.c
    load: str = "wrk"
    secure: bool = False  # over TLS
    large: bool = False  # bodies of 64 KiB
    version: str = ""  # the highest version of TLS that the client offers, where it is not 1.3
    connections: int = 0  # where it is not --connections
    goal: float | None = None  # Portico's figure over its peers' lowest is to be at most this
    over: tuple = PEERS


def _idle(title, **more):
    return Scenario(title, load="idle", **more)


ALL = {
    "small": Scenario("128 B bodies, 64 keep-alive connections"),
    "64k": Scenario("64 KiB bodies, 64 keep-alive connections (peers' buffers tuned for it)", large=True),
    "close": Scenario("a new connection a request, 64 at a time"),
    "hosts": Scenario("10,000 hosts in the table, requests rotating over them"),
    "swap": Scenario("the endpoints change every 100 ms under load (64 keep-alive connections)", load="swap"),
    "watched": Scenario("Portico with everything on that shows what it does, and somebody looking, beside itself bare",
                        goal=1.03, over=("bare",)),
    "idle": _idle("10,000 idle keep-alive connections"),
    "tcp-stream": Scenario("TCP: 8 streams down, of which a request is a MiB (us a request are ms a GiB)",
                           load="stream", connections=8, goal=1.0),
    "tcp-ping": Scenario("TCP: 64 B there and back, 64 connections", load="ping"),
    "tls-small": Scenario("TLS: 128 B bodies, 64 keep-alive connections", secure=True, goal=0.85),
    "tls-64k": Scenario("TLS: 64 KiB bodies, 64 keep-alive connections (nginx's buffers tuned for it)", secure=True,
                        large=True, goal=0.80),
    "tls-full": Scenario("TLS: a new connection with a full handshake a request, 64 at a time", load="full",
                         secure=True, goal=1.0),
    "tls-resumed": Scenario("TLS: a new connection that resumes a session a request, 64 at a time", load="resumed",
                            secure=True, goal=1.0),
    "tls-resumed12": Scenario("TLS 1.2: a new connection that resumes a session a request, 64 at a time",
                              load="resumed", secure=True, version="1.2"),
    "tls-idle": _idle("TLS: 10,000 idle keep-alive connections", secure=True, goal=1.0, over=("nginx",)),
    "h2-small": Scenario("HTTP/2 over TLS: 128 B bodies, 10 connections of 100 streams", load="h2load", secure=True,
                         connections=10, goal=0.90, over=("nginx",)),
    "h2-one": Scenario("HTTP/2 over TLS: 128 B bodies, one connection of 100 streams", load="h2load", secure=True,
                       connections=1, over=("nginx",)),
    "h2-64k": Scenario("HTTP/2 over TLS: 64 KiB bodies, 10 connections of 100 streams (nginx's buffers tuned for it)",
                       load="h2load", secure=True, large=True, connections=10, over=("nginx",)),
}
