"""Who looks on while the edge works: what a browser with the dashboard open, a Prometheus and a collector of spans do."""

import http.client
import http.server
import threading

SCRAPE_INTERVAL = 5.0  # three times as often as Prometheus does by default


class Watch:
    """Reads the admin API's stream with its rates, scrapes the metrics, and takes in spans, until it is ended."""

    def __init__(self):
        self.spans = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
        self.spans.batches = 0
        self.stopping = threading.Event()
        self.stream = None
        self.events = self.scrapes = 0
        self.threads = [threading.Thread(target=self.spans.serve_forever, daemon=True)]
        self.threads[0].start()

    @property
    def collector(self):
        return f"http://127.0.0.1:{self.spans.server_port}/v1/traces"

    def begin(self, port, service):
        for work in (self.read, self.scrape):
            self.threads.append(threading.Thread(target=work, args=(port, service), daemon=True))
            self.threads[-1].start()

    def read(self, port, service):
        self.stream = http.client.HTTPConnection("127.0.0.1", port)
        self.stream.request("GET", f"/api/v1/stream?rates=true&service={service}")
        try:
            for line in self.stream.getresponse():
                self.events += line.startswith(b"event: rates")
        except (OSError, AttributeError, ValueError, http.client.HTTPException):
            if not self.stopping.is_set():
                raise

    def scrape(self, port, _):
        while not self.stopping.wait(SCRAPE_INTERVAL):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/metrics")
            self.scrapes += connection.getresponse().read().count(b"portico_requests_total") > 0
            connection.close()

    def seen(self):
        """What it was told; a comparison is worth nothing if that is nothing."""
        return f"watched: {self.events} rates, {self.scrapes} scrapes, {self.spans.batches} batches of spans"

    def is_told_all(self):
        return min(self.events, self.scrapes, self.spans.batches) > 0

    def end(self):
        self.stopping.set()
        self.spans.shutdown()
        self.spans.server_close()


class Collector(http.server.BaseHTTPRequestHandler):
    """Takes what it is sent in the OpenTelemetry protocol, and forgets it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.batches += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass
