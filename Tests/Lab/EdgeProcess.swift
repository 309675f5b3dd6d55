import Foundation
import Synchronization

/// `portico edge`, the real program, with a folder of its own.
///
/// Port and folder stay the same over ``kill()`` and ``start()``: a restart finds what the last run left on disk.
public final class EdgeProcess: Sendable {
    /// Where clients go.
    public let port: UInt16
    /// Its working folder.
    public let folder: ScratchFolder
    /// Where the embedded store serves Consul's API, if the edge runs on one.
    public let storePort: UInt16?
    /// Where the admin API is, if it was asked for.
    public let adminPort: UInt16?
    private let arguments: [String]
    private let environment: [String: String]
    private let isConfigured: Bool
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts an edge and waits until it accepts connections.
    ///
    /// - Parameters:
    ///   - store: a store's URL; nil for an embedded one in the folder, served at ``storePort``.
    ///   - configuration: a `portico.yaml`; it may use `PORT` for the port to listen at. Without, the port is given by flag.
    ///   - workers: worker threads.
    ///   - flags: further flags.
    ///   - hasAdmin: whether it serves the admin API, at ``adminPort``.
    ///   - folder: a folder that holds files which the configuration names.
    ///   - environment: what is set besides our own environment.
    public init(
        store: String? = nil, configuration: String? = nil, workers: Int = 1, flags: [String] = [],
        hasAdmin: Bool = false, folder: ScratchFolder? = nil, environment: [String: String] = [:]
    ) throws {
        let port = try FreePort.next()
        let adminPort = hasAdmin ? try FreePort.next() : nil
        let folder = try folder ?? ScratchFolder()
        var arguments = ["edge", "--workers", "\(workers)"]
        if let store {
            self.storePort = nil
            arguments += ["--store", store]
        } else {
            let storePort = try FreePort.next()
            self.storePort = storePort
            arguments += ["--store", "embedded:\(folder.path)/store", "--store-listen", "127.0.0.1:\(storePort)"]
        }
        if let configuration {
            try folder.write("portico.yaml", configuration.replacingOccurrences(of: "PORT", with: "\(port)"))
            arguments += ["--config", "portico.yaml"]
        }
        if configuration?.contains("listeners:") != true { arguments += ["--listen", "127.0.0.1:\(port)"] }
        self.port = port
        self.folder = folder
        self.arguments = arguments + flags
        self.adminPort = adminPort
        // Several at once would contend for the default address.
        let admin = adminPort.map { "127.0.0.1:\($0)" } ?? "off"
        self.environment = ["PORTICO_ADMIN": admin].merging(environment) { $1 }
        self.isConfigured = configuration != nil
        try self.start()
    }

    /// Starts it again after it has ended.
    public func start() throws {
        let process = try ChildProcess(
            Repository.portico(), self.arguments, environment: self.environment, in: self.folder.path)
        self.process.withLock { $0 = process }
        try process.waitForPort(self.port)
        if let storePort { try process.waitForPort(storePort) }
        if let adminPort { try process.waitForPort(adminPort) }
    }

    /// Starts it once more beside the one that runs, to take over from that, and waits until it has.
    ///
    /// - Parameter flags: further flags; a flag that was given before is changed by it.
    /// - Returns: the former program, which runs for as long as it has something to finish.
    @discardableResult
    public func takeOver(flags: [String] = []) throws -> ChildProcess {
        let former = try self.child
        let process = try ChildProcess(
            Repository.portico(), self.arguments + flags + ["--takeover"], environment: self.environment,
            in: self.folder.path)
        try process.waitForLine(within: .seconds(60), "that it serves") { $0.contains("serving at") }
        self.process.withLock { $0 = process }
        return former
    }

    /// Has it start its successor by itself (SIGUSR2), and waits until that serves.
    ///
    /// What the successor prints is among the lines of the one that started it, and it ends with that one's group.
    ///
    /// - Returns: the successor's process id.
    @discardableResult
    public func replaceItself() throws -> Int32 {
        let child = try self.child
        let serving = child.lines.count { $0.contains("serving at") }
        _ = Glibc.kill(child.id, SIGUSR2)
        let deadline = Deadline.after(.seconds(60))
        // The child may have ended by then.
        while child.lines.count(where: { $0.contains("serving at") }) <= serving {
            if deadline.hasPassed { throw LabError("no successor serves after a minute: \(child.tail)") }
            Deadline.after(.milliseconds(5)).pass()
        }
        let line = try child.waitForLine("its successor") { $0.contains("is to take over") }
        let word = line.split(separator: " ").drop { $0 != "process" }.dropFirst().first
        guard let id = word.flatMap({ Int32($0) }) else { throw LabError("no process id in \(line)") }
        return id
    }

    /// The running program.
    public var child: ChildProcess {
        get throws {
            guard let process = self.process.withLock({ $0 }) else { throw LabError("the edge is not running") }
            return process
        }
    }

    /// A client of it.
    public var client: RawClient { RawClient(port: self.port) }

    /// The API of its embedded store.
    public var api: KeyValueAPI {
        get throws {
            guard let storePort else { throw LabError("this edge has no embedded store") }
            return KeyValueAPI(port: storePort)
        }
    }

    /// Its admin API.
    public var admin: AdminAPI {
        get throws {
            guard let adminPort else { throw LabError("this edge serves no admin API") }
            return AdminAPI(port: adminPort)
        }
    }

    /// Ends it as `kill -9` does.
    public func kill() throws {
        try self.child.kill()
    }

    /// Rewrites its configuration file; SIGHUP makes it take notice.
    public func configure(_ configuration: String) throws {
        guard self.isConfigured else { throw LabError("this edge was started without a configuration file") }
        try self.folder.write("portico.yaml", configuration.replacingOccurrences(of: "PORT", with: "\(self.port)"))
    }

    /// Waits until a request to `host` is answered with `status` (and by the backend `name`, if one is given).
    @discardableResult
    public func waitForAnswer(
        _ status: Int, host: String, path: String = "/", from name: String? = nil,
        within duration: Duration = .seconds(10)
    ) throws -> HTTPAnswer {
        var last: HTTPAnswer?
        try self.child.wait(
            within: duration, until: "answering \(status)\(name.map { " from \($0)" } ?? "") to \(host)\(path)"
        ) {
            last = try? self.client.get(path, host: host)
            return last?.status == status && (name == nil || last?["X-Backend"] == name)
        }
        guard let last else { throw LabError("no answer") }
        return last
    }
}
