import Foundation
import Lab

/// A proxy whose configuration `portico render` makes with a template of this project, from a real Consul, under load.
final class ProxyUnderRender {
    /// The proxy, and how it learns of changes.
    enum Kind: String, CaseIterable, Sendable {
        /// HAProxy by its runtime API.
        case haproxyLive = "HAProxy, runtime API"
        /// HAProxy with a reload for every change, as consul-template has it.
        case haproxyReload = "HAProxy, reload for each change"
        /// nginx with changes gathered.
        case nginxGathered = "nginx, changes gathered"
        /// nginx with a reload for every change, as consul-template has it.
        case nginxReload = "nginx, reload for each change"

        var isHAProxy: Bool { self == .haproxyLive || self == .haproxyReload }
    }

    let kind: Kind
    let folder: ScratchFolder
    let port: UInt16
    let consul: ConsulAgent
    private(set) var render: RenderProcess
    private var earlierReloads = 0
    private var earlierSavings = 0
    let proxy: ChildProcess

    /// Starts all of them; `endpoints` are there from the beginning.
    init(_ kind: Kind, _ consul: ConsulAgent, endpoints: [TestBackend]) throws {
        self.kind = kind
        self.consul = consul
        let folder = try ScratchFolder()
        self.folder = folder
        port = try FreePort.next()
        try consul.api.deleteTree("services/")
        for backend in endpoints { try Self.put(backend, consul) }
        let environment = [
            "EDGE_LISTEN": "127.0.0.1:\(port)", "EDGE_USER": "", "EDGE_STATS_SOCKET": "\(folder.path)/s.sock",
            "EDGE_PID": "\(folder.path)/nginx.pid", "EDGE_LOG": kind.isHAProxy ? "/dev/log local0" : "off",
            "EDGE_ERROR_LOG": "\(folder.path)/error.log", "EDGE_TEMPORARY": folder.path,
        ]
        let hcl = try Self.configuration(kind, consul, folder)
        // What the proxy starts with is there before it; a command for it would find nobody.
        let first = try RenderProcess.run(
            hcl.replacing("command =", with: "# command ="), in: folder, environment: environment)
        guard first.isSuccess else { throw LabError("the first file: \(first.text)") }
        if kind.isHAProxy {
            proxy = try ChildProcess(
                Command.path(of: "haproxy"),
                [
                    "-W", "-S", "\(folder.path)/m.sock", "-p", "\(folder.path)/haproxy.pid", "-f",
                    "\(folder.path)/proxy.cfg",
                ])
        } else {
            proxy = try ChildProcess(
                Command.path(of: "nginx"),
                ["-e", "stderr", "-g", "daemon off;", "-c", "\(folder.path)/proxy.cfg"])
        }
        try proxy.waitForPort(port)
        render = try RenderProcess(hcl, in: folder, environment: environment)
        try follow(endpoints[0])
    }

    /// Waits until the run follows the store: it says nothing as long as its file is right, so something is changed.
    private func follow(_ backend: TestBackend) throws {
        for attributes in ["weight=2", ""] {
            let count = reloads + savedReloads
            try consul.api.put(Self.key(backend), "\(backend.address) \(attributes)")
            try render.child.wait(until: "following the store") { reloads + savedReloads > count }
        }
        (earlierReloads, earlierSavings) = (reloads, savedReloads)
    }

    private static func configuration(_ kind: Kind, _ consul: ConsulAgent, _ folder: ScratchFolder) throws -> String {
        let name = kind.isHAProxy ? "haproxy.cfg.ctmpl" : "nginx.conf.ctmpl"
        var text = try String(contentsOfFile: "\(Repository.root)/templates/\(name)", encoding: .utf8)
        // The load's reader knows fields in one spelling.
        text = text.replacing(
            "\nglobal\n",
            with: "\nglobal\n    h1-case-adjust content-length Content-Length\n    h1-case-adjust x-backend X-Backend\n"
        )
        text = text.replacing("\nfrontend edge\n", with: "\nfrontend edge\n    option h1-case-adjust-bogus-client\n")
        try folder.write("proxy.ctmpl", text)
        let haproxy = try Command.path(of: "haproxy")
        let nginx = try Command.path(of: "nginx")
        let reload = "command = \"\(nginx) -e stderr -c FOLDER/proxy.cfg -s reload\""
        let more =
            switch kind {
            case .haproxyLive:
                "haproxy {\n runtime_socket = \"FOLDER/s.sock\"\n master_socket = \"FOLDER/m.sock\"\n }"
            case .haproxyReload:
                "command = \"kill -USR2 $(cat FOLDER/haproxy.pid)\"\nreload { min_interval = \"0s\" }"
            case .nginxGathered: "\(reload)\nwait { min = \"100ms\" max = \"1s\" }\nreload { min_interval = \"1s\" }"
            case .nginxReload: "\(reload)\nreload { min_interval = \"0s\" }"
            }
        return """
            consul { address = "127.0.0.1:\(consul.port)" }
            template {
              source = "FOLDER/proxy.ctmpl"
              destination = "FOLDER/proxy.cfg"
              check = "\(kind.isHAProxy ? "\(haproxy) -c" : "\(nginx) -t -e stderr")"
              \(more)
            }
            """
    }

    private static func key(_ backend: TestBackend) -> String { "services/web-80/h:\(backend.name):80" }

    private static func put(_ backend: TestBackend, _ consul: ConsulAgent) throws {
        try consul.api.put(key(backend), backend.address)
    }

    /// Registers an endpoint.
    func add(_ backend: TestBackend) throws { try Self.put(backend, consul) }

    /// Takes an endpoint out of the store.
    func remove(_ backend: TestBackend) throws { try consul.api.delete(Self.key(backend)) }

    /// Reloads so far, by the run's own words.
    var reloads: Int {
        render.child.lines.count { $0.contains("reloaded: process") || $0.contains(": done") } - earlierReloads
    }

    /// Changes that needed none.
    var savedReloads: Int {
        render.child.lines.count { $0.contains("without a reload") } - earlierSavings
    }

    /// Ends the run and the proxy.
    func stop() throws {
        try render.stop()
        try proxy.kill()
    }
}
