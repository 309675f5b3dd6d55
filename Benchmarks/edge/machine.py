"""What the benchmark asks of the machine: cores, descriptors, processes, and the CPU time and memory they took."""

import os
import resource
import shutil
import signal
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
PROXY_CORE = 0
LOAD_CORE = 1


def raise_descriptor_limit():
    """Lifts the soft limit to the hard one for us and our children; returns it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def free_port():
    """A port that was free a moment ago."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def build(source, folder, *libraries):
    """Compiles a C file of this folder; the program's path."""
    compiler = next((c for c in ("cc", "clang", "gcc") if shutil.which(c)), None)
    if not compiler:
        raise SystemExit("edge benchmark: no C compiler (apt-get install gcc)")
    path = os.path.join(folder, source.removesuffix(".c"))
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), source)
    subprocess.run([compiler, "-O2", "-o", path, source, *libraries], check=True)
    return path


def make_certificate(folder, *names):
    """A P-256 certificate of its own for `names`, with its key after it in one file, alone in `folder`; its path."""
    os.makedirs(folder)
    path = os.path.join(folder, "edge.pem")
    settings = os.path.join(os.path.dirname(folder), "certificate.cnf")
    with open(settings, "w") as f:
        f.write("[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = leaf\n"
                f"[name]\nCN = {names[0]}\n"
                "[leaf]\nbasicConstraints = critical, CA:FALSE\nextendedKeyUsage = serverAuth\n"
                f"subjectAltName = {','.join('DNS:' + name for name in names)}\n")
    made = subprocess.run(["openssl", "req", "-x509", "-config", settings, "-newkey", "ec", "-pkeyopt",
                           "ec_paramgen_curve:P-256", "-noenc", "-days", "30", "-keyout", "-", "-out", "-"],
                          check=True, capture_output=True, text=True).stdout
    key, begin, certificate = made.partition("-----BEGIN CERTIFICATE-----")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(begin + certificate + key)
    return path


def wait_until(what, check, seconds=20.0, process=None):
    """Polls `check` until it is true; fails loudly when the time is over or `process` has ended."""
    end = time.monotonic() + seconds
    while not check():
        if process is not None and process.poll() is not None:
            raise SystemExit(f"edge benchmark: {what}: the process ended with status {process.returncode}")
        if time.monotonic() > end:
            raise SystemExit(f"edge benchmark: {what}: not within {seconds:.0f} s")
        time.sleep(0.02)


def get(port, host, path="/"):
    """One request on a connection of its own; the answer's octets, or None if there was none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while piece := s.recv(65536):
                answer += piece
            return answer
    except OSError:
        return None


class Process:
    """A child in a session of its own, pinned to one core, ended with everything that it started."""

    def __init__(self, arguments, core, log, environment=None, folder=None):
        self.child = subprocess.Popen(
            ["taskset", "-c", str(core), *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=folder,
            env={**os.environ, **(environment or {})})

    @property
    def pid(self):
        return self.child.pid

    def poll(self):
        return self.child.poll()

    @property
    def returncode(self):
        return self.child.returncode

    def members(self):
        """Every live process of its session: masters, workers, and those a reload left finishing."""
        found = []
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat") as f:
                    fields = f.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.pid and fields[0] != "Z":
                found.append((int(name), fields))
        return found

    def cpu(self):
        """Seconds of CPU used so far: user and system by ticks (with those of reaped children), and all by the
        scheduler's own nanoseconds (of live processes)."""
        user = system = exact = 0.0
        for pid, fields in self.members():
            user += (int(fields[11]) + int(fields[13])) / TICK
            system += (int(fields[12]) + int(fields[14])) / TICK
            try:
                for thread in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{thread}/schedstat") as f:
                        exact += int(f.read().split()[0]) / 1e9
            except OSError:
                pass
        return user, system, exact

    def resident(self):
        """Octets resident of its largest process: the one that holds the connections."""
        largest = 0
        for pid, _ in self.members():
            try:
                with open(f"/proc/{pid}/statm") as f:
                    largest = max(largest, int(f.read().split()[1]) * resource.getpagesize())
            except OSError:
                pass
        return largest

    def signal(self, number):
        """Sends a signal to the first process alone."""
        os.kill(self.pid, number)

    def end(self):
        """Kills the whole session and waits for the first process."""
        for pid, _ in self.members():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        self.child.wait()
