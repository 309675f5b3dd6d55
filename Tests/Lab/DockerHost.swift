import Foundation

/// A host of ``DockerHosts``: a real engine on a machine of its own, as far as it can see.
public struct DockerHost: Sendable {
    /// Counted from 1.
    public let number: Int
    /// Its IPv4 address: what its containers publish is reached here.
    public let address: String
    /// The path of its engine's unix socket.
    public let socket: String
    /// Whether its engine asks its clients for certificates.
    public let isSecure: Bool
    /// What the script is told besides its arguments.
    let environment: [String: String]

    /// `tcp://ADDRESS:2375`, or 2376 with TLS.
    public var endpoint: String { "tcp://\(self.address):\(self.isSecure ? 2376 : 2375)" }

    // MARK: - Containers

    /// Runs the command-line client against its engine (`docker("run", "-d", "lab:1")`); it must succeed.
    ///
    /// - Returns: what it printed, a new container's ID for instance.
    @discardableResult
    public func docker(_ arguments: String..., within duration: Duration = .seconds(60)) throws -> String {
        try self.docker(arguments, within: duration)
    }

    /// Runs the command-line client against its engine; it must succeed.
    @discardableResult
    public func docker(_ arguments: [String], within duration: Duration = .seconds(60)) throws -> String {
        let outcome = try self.tryDocker(arguments, within: duration)
        guard outcome.isSuccess else {
            throw LabError("docker \(arguments.joined(separator: " ")): \(outcome.ending): \(outcome.text)")
        }
        return outcome.text
    }

    /// Runs the command-line client against its engine, and tells how that ended.
    public func tryDocker(_ arguments: [String], within duration: Duration = .seconds(60)) throws -> Command.Outcome {
        try Command.run(
            "docker", ["-H", "unix://\(self.socket)"] + arguments,
            environment: [
                "DOCKER_CONFIG": "\(self.socket).cli", "DOCKER_CONTEXT": "", "DOCKER_HOST": "", "DOCKER_TLS_VERIFY": "",
            ], within: duration)
    }

    // MARK: - What befalls it

    /// Ends its engine in order, containers first: the host is down then.
    public func stop() throws { try self.script("stop") }

    /// Cuts its power: engine, containers and programs of ``begin(_:_:environment:)`` are gone at once.
    public func crash() throws { try self.script("crash") }

    /// Starts it after ``stop()`` or ``crash()``, with what it had on its disk, and waits until its engine answers.
    public func start() throws { try self.script("start") }

    /// ``stop()`` and ``start()``.
    public func restart() throws {
        try self.stop()
        try self.start()
    }

    /// Stops its engine in its tracks: connections are taken and stay open, and nothing is answered.
    public func freeze() throws { try self.script("freeze") }

    /// Ends ``freeze()``.
    public func thaw() throws { try self.script("thaw") }

    /// Pulls its network cable, so that what is sent to it is lost; its unix socket still answers.
    public func cut() throws { try self.script("cut") }

    /// Ends ``cut()``.
    public func mend() throws { try self.script("mend") }

    // MARK: - Programs on it

    /// Runs a program on it, in its network and beside its engine, to the end.
    ///
    /// It sees this machine's files, but has /run, /etc/docker, /proc and /sys of its own.
    public func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
        within duration: Duration = .seconds(60)
    ) throws -> Command.Outcome {
        try Command.run(
            DockerHosts.script, ["exec", "\(self.number)", program] + arguments,
            environment: self.environment.merging(environment) { $1 }, within: duration)
    }

    /// Starts a program on it that runs beside the test: a registrator, say.
    ///
    /// Signals reach it (TERM, INT, HUP, USR1, USR2), and it ends with its own status; one that a signal ended shows
    /// as status 128 + its number. It is killed with the last reference, and with the host.
    public func begin(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(
            DockerHosts.script, ["exec", "\(self.number)", program] + arguments,
            environment: self.environment.merging(environment) { $1 })
    }

    /// The last lines that its engine logged.
    public var log: String {
        let file = URL(fileURLWithPath: self.socket).deletingLastPathComponent().appendingPathComponent("log").path
        let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").suffix(30).joined(separator: "\n")
    }

    private func script(_ verb: String) throws {
        try DockerHosts.run([verb, "\(self.number)"], environment: self.environment)
    }
}
