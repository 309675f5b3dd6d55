import DockerEngine
import Foundation
import Lab
import Logging

/// The hosts that tests share which leave an engine as they found it.
enum Engines {
    /// The system's engine and a newer one; down when the test process ends.
    static func shared() async throws -> DockerHosts {
        try await offPool { try lab.get() }
    }

    private static let lab = Result { try DockerHosts(.init(labels: ["storage=ssd"]), .init(release: .newer)) }

    /// A client of a host's engine over TCP.
    static func client(_ host: DockerHost, limits: EngineLimits = EngineLimits()) throws -> DockerEngine {
        try DockerEngine(DockerAddress(host.endpoint), limits: limits, logger: quiet)
    }

    /// Says nothing.
    static let quiet = Logger(label: "docker") { _ in SwiftLogNoOpLogHandler() }

    /// A name that no other container has.
    static func name(_ start: String) -> String {
        "\(start)-\(UUID().uuidString.prefix(8).lowercased())"
    }
}

extension DockerHost {
    /// Runs the command-line client while the pool of tasks goes on.
    @discardableResult
    func command(_ arguments: String...) async throws -> String {
        try await offPool { try self.docker(arguments) }
    }
}
