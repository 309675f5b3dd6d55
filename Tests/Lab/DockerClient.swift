/// The command-line client, pointed at one address: of an engine, or of what speaks its API.
public struct DockerClient: Sendable {
    /// `tcp://` or `unix://` and the address.
    public let address: String
    /// What stands before every command: the files of a client with a certificate.
    public let flags: [String]

    /// A client of `address`.
    ///
    /// - Parameters:
    ///   - authority: who the server's certificate must come from; TLS is spoken then.
    ///   - certificate: the client's own.
    public init(_ address: String, authority: String? = nil, certificate: TestAuthority.Issued? = nil) {
        self.address = address
        let authority = authority.map { ["--tlsverify", "--tlscacert", $0] } ?? []
        let own = certificate.map { ["--tlscert", $0.certificate, "--tlskey", $0.key] } ?? []
        self.flags = authority + own
    }

    /// What its environment has: no settings of whoever runs the tests.
    public static let environment = [
        "DOCKER_CONFIG": "/nonexistent", "DOCKER_CONTEXT": "", "DOCKER_HOST": "", "DOCKER_TLS_VERIFY": "",
        "DOCKER_CERT_PATH": "", "DOCKER_API_VERSION": "", "DOCKER_BUILDKIT": "0",
    ]

    /// The arguments of a command to this address.
    public func arguments(_ arguments: [String]) -> [String] { ["-H", self.address] + self.flags + arguments }

    /// Runs a command and tells how it ended.
    ///
    /// - Parameter input: what it reads; nothing by default.
    public func run(
        _ arguments: [String], input: String? = nil, within duration: Duration = .seconds(60)
    ) throws -> Command.Outcome {
        try Command.run(
            "docker", self.arguments(arguments), input: input, environment: Self.environment, within: duration)
    }

    /// Runs a command that must succeed, and gives what it printed.
    @discardableResult
    public func output(
        _ arguments: [String], input: String? = nil, within duration: Duration = .seconds(60)
    ) throws -> String {
        let outcome = try self.run(arguments, input: input, within: duration)
        guard outcome.isSuccess else {
            throw LabError("docker \(arguments.joined(separator: " ")): \(outcome.ending): \(outcome.text)")
        }
        return outcome.text
    }

    /// Starts a command that runs beside the test: `events`, `logs -f`.
    public func begin(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(Command.path(of: "docker"), self.arguments(arguments), environment: Self.environment)
    }
}
