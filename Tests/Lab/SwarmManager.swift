import Foundation
import Synchronization

/// `portico swarm manage`, the real program; port and flags stay the same over ``kill()`` and ``start()``.
public final class SwarmManager: Sendable {
    /// `ADDRESS:PORT`, where it listens and what it advertises.
    public let address: String
    private let arguments: [String]
    private let host: DockerHost?
    private let environment: [String: String]
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts a manager and waits until it answers.
    ///
    /// - Parameters:
    ///   - flags: its flags, besides where it listens and advertises itself.
    ///   - discovery: what the cluster is made of.
    ///   - host: where it runs; nil: on this machine.
    ///   - address: where it listens on this machine: ``DockerHosts/address`` for managers that are on a lab's hosts.
    public init(
        _ flags: [String], discovery: String, on host: DockerHost? = nil, address: String = "127.0.0.1",
        environment: [String: String] = [:]
    ) throws {
        self.address = try host.map { "\($0.address):4000" } ?? "\(address):\(FreePort.next())"
        self.host = host
        self.environment = environment
        self.arguments =
            ["swarm", "manage", "-H", "tcp://\(self.address)", "--advertise", self.address] + flags + [discovery]
        try self.start()
    }

    /// Starts it (again), and waits until it takes connections.
    public func start() throws {
        let program = try Repository.portico()
        let process =
            try self.host?.begin(program, self.arguments, environment: self.environment)
            ?? ChildProcess(program, self.arguments, environment: self.environment)
        self.process.withLock { $0 = process }
        try process.wait(until: "listening at \(self.address)") {
            let (address, port) = try Self.parts(of: self.address)
            return (try? Socket.connect(to: address, port: port, timeout: .seconds(1))) != nil
        }
    }

    /// The running program.
    public var child: ChildProcess {
        get throws {
            guard let process = self.process.withLock({ $0 }) else { throw LabError("the manager is not running") }
            return process
        }
    }

    /// Ends it as `kill -9` does.
    public func kill() throws { try self.child.kill() }

    /// Ends it in order.
    public func terminate() throws {
        let child = try self.child
        child.signal(SIGTERM)
        guard try child.waitForEnd() == .exited(0) else {
            throw LabError("the manager did not end in order: \(child.tail)")
        }
    }

    /// The command-line client, pointed at it.
    public var docker: DockerClient { DockerClient("tcp://\(self.address)") }

    /// Requests byte for byte.
    public var client: RawClient {
        get throws {
            let (address, port) = try Self.parts(of: self.address)
            return RawClient(address, port: port)
        }
    }

    /// Asks it; the version of the API is the caller's to name.
    public func request(
        _ target: String, method: String = "GET", body: String = "", within duration: Duration = .seconds(20)
    ) throws -> HTTPAnswer {
        let fields = body.isEmpty ? [] : ["Content-Type: application/json"]
        return try self.client.get(
            target, host: self.address, method: method, fields: fields, body: body, within: duration)
    }

    /// What it tells of itself and its engines: keys and values of `docker info` in their order.
    public func rows(within duration: Duration = .seconds(20)) throws -> [(key: String, value: String)] {
        let answer = try self.request("/info", within: duration)
        guard answer.status == 200,
            let info = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any],
            let rows = info["SystemStatus"] as? [[String]]
        else { throw LabError("no information from \(self.address): \(answer.status) \(answer.text)") }
        return rows.filter { $0.count == 2 }.map { ($0[0], $0[1]) }
    }

    /// Engines' states by name: `Healthy` and the like.
    public func states(within duration: Duration = .seconds(20)) throws -> [String: String] {
        var states: [String: String] = [:]
        var name = ""
        for row in try self.rows(within: duration) {
            if row.key.hasPrefix("  └ Status") {
                states[name] = row.value
            } else if row.key.hasPrefix(" "), !row.key.hasPrefix("  ") {
                // Before it has answered an engine is called (unknown).
                name = row.key == " (unknown)" ? row.value : String(row.key.dropFirst())
            }
        }
        return states
    }

    /// `primary`, or `replica` and whose.
    public func role(within duration: Duration = .seconds(20)) throws -> String {
        let rows = try self.rows(within: duration)
        let role = rows.first { $0.key == "Role" }?.value ?? ""
        let primary = rows.first { $0.key == "Primary" }?.value
        return primary.map { "\(role) of \($0)" } ?? role
    }

    /// Waits until it knows this many engines, all of them healthy.
    public func waitUntilReady(_ engines: Int = 3, within duration: Duration = .seconds(60)) throws {
        try self.wait(within: duration, until: "\(engines) healthy engines") {
            let states = try self.states()
            return states.count == engines && states.values.allSatisfy { $0 == "Healthy" }
        }
    }

    /// Waits until `condition` holds; that it cannot be asked is a no.
    public func wait(
        within duration: Duration = .seconds(60), until what: String, _ condition: () throws -> Bool
    ) throws {
        try self.child.wait(within: duration, until: what) { (try? condition()) == true }
    }

    private static func parts(of address: String) throws -> (String, UInt16) {
        let parts = address.split(separator: ":").map(String.init)
        guard parts.count == 2, let port = UInt16(parts[1]) else { throw LabError("\(address) is no address") }
        return (parts[0], port)
    }
}
