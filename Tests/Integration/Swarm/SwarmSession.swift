import Foundation
import Lab
import Testing

/// Commands to a manager and what has to come of them, written as a session at a terminal is recorded.
///
/// ```
/// $ docker run -d --name web1 -p 8080:80 lab:1
/// <id>
/// $ docker exec -i web1 sh -c 'exit 7'
/// [rc=7]
/// ```
///
/// Hosts are dh1 to dh3 at 10.99.0.11 to 13, as in the recorded sessions, and MANAGER stands for its address. In what is
/// expected `<id>`, `<short>`, `<age>`, `<n>` and `<any>` stand for what differs from run to run, and a line of three dots
/// for any number of lines. Blank lines, the client's advice, and how many blanks stand side by side do not count.
struct SwarmSession: Sendable {
    private let hosts: [DockerHost]
    private let address: String
    private let environment: [String: String]

    /// A session with `manager`.
    init(_ lab: SwarmLab, _ manager: SwarmManager, environment: [String: String] = [:]) {
        self.init(lab, at: "tcp://\(manager.address)", environment: environment)
    }

    /// A session with whoever speaks Docker's API at `address`.
    init(_ lab: SwarmLab, at address: String, environment: [String: String] = [:]) {
        self.hosts = lab.hosts.hosts
        self.address = address
        self.environment = environment
    }

    /// Runs every command, and notes where something else came of it.
    func follow(
        _ text: String, within duration: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for step in Self.steps(in: text) {
            let actual = try self.run(step.command, within: duration)
            if !Self.matches(actual, step.expected) {
                Issue.record(
                    "$ \(step.command)\n\(actual.joined(separator: "\n"))\n--- expected\n\(step.expected.joined(separator: "\n"))",
                    sourceLocation: sourceLocation)
            }
        }
    }

    /// Runs a command with the shell; gives its lines, and `[rc=N]` if it failed.
    func run(_ command: String, within duration: Duration = .seconds(60)) throws -> [String] {
        let environment = DockerClient.environment.merging(["DOCKER_HOST": self.address]) { $1 }.merging(
            self.environment
        ) { $1 }
        let outcome = try Command.run(
            "sh", ["-c", "exec 2>&1\n" + self.translate(command)], environment: environment, within: duration)
        var lines = outcome.lines.map(self.recorded)
        if case .exited(let code) = outcome.ending, code != 0 { lines.append("[rc=\(code)]") }
        return lines.map(Self.squeezed).filter { line in
            !line.isEmpty && !Self.advice.contains { line.hasPrefix($0) }
        }
    }

    /// What the client says besides what it was told, differently in each of its releases.
    private static let advice = [
        "Run 'docker", "See 'docker", "DEPRECATED: The legacy builder", "BuildKit is currently disabled",
        "environment-variable.", "Install the buildx component", "https://docs.docker.com/go/buildx", "docker: See '",
        "WARNING: Error loading config file",
    ]

    // MARK: - Names

    /// Recorded names and addresses in the place of this run's.
    private func recorded(_ line: String) -> String {
        self.hosts.reduce(line) { line, host in
            line.replacingOccurrences(of: Self.name(of: host), with: "dh\(host.number)")
                .replacingOccurrences(of: host.address, with: "10.99.0.1\(host.number)")
        }
    }

    /// This run's names and addresses in the place of recorded ones.
    private func translate(_ command: String) -> String {
        let address = String(self.address.drop { $0 != "/" }.dropFirst(2))
        // `dh[12]`, in patterns.
        let patterns = command.replacingOccurrences(
            of: "dh[", with: "\(self.hosts.first.map { Self.name(of: $0).dropLast() } ?? "")[")
        return self.hosts.reduce(patterns.replacingOccurrences(of: "MANAGER", with: address)) { line, host in
            line.replacingOccurrences(of: "dh\(host.number)", with: Self.name(of: host))
                .replacingOccurrences(of: "10.99.0.1\(host.number)", with: host.address)
        }
    }

    /// A host's own name.
    static func name(of host: DockerHost) -> String {
        "lab\(host.address.split(separator: ".")[2])-host\(host.number)"
    }

    // MARK: - Expectations

    private static func steps(in text: String) -> [(command: String, expected: [String])] {
        var steps: [(command: String, expected: [String])] = []
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("$ ") {
                steps.append((String(line.dropFirst(2)), []))
            } else if !line.isEmpty, !steps.isEmpty {
                steps[steps.count - 1].expected.append(self.squeezed(line))
            }
        }
        return steps
    }

    /// A line without blanks at its ends and with single ones within.
    private static func squeezed(_ line: String) -> String {
        line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func matches(_ actual: [String], _ expected: [String]) -> Bool {
        guard let first = expected.first else { return actual.isEmpty }
        if first == "..." {
            return (0...actual.count).contains {
                self.matches(Array(actual.dropFirst($0)), Array(expected.dropFirst()))
            }
        }
        guard let line = actual.first, self.matches(line: line, first) else { return false }
        return self.matches(Array(actual.dropFirst()), Array(expected.dropFirst()))
    }

    private static let places = [
        "<id>": "[0-9a-f]{64}", "<short>": "[0-9a-f]{12}", "<n>": "[0-9]+", "<any>": ".*",
        "<age>": "(Less than a second|About a minute|[0-9]+ (second|minute)s?)",
    ]

    private static func matches(line: String, _ expected: String) -> Bool {
        let escaped = NSRegularExpression.escapedPattern(for: expected)
        let pattern = self.places.reduce(escaped) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
        return line.range(of: "^\(pattern)$", options: .regularExpression) != nil
    }
}
