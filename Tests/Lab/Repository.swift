import Foundation

/// Where the project lies, wherever the tests were started from.
public enum Repository {
    /// The folder with Package.swift.
    public static let root: String = {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }()

    /// The program under test: `PORTICO_BINARY`, else the release build, else the debug build.
    public static func portico() throws -> String {
        let built = ["release", "debug"].map { "\(Self.root)/.build/\($0)/portico" }
        let given = ProcessInfo.processInfo.environment["PORTICO_BINARY"].map { [$0] }
        if let found = (given ?? built).first(where: Self.isProgram) { return found }
        throw LabError(
            "no portico program at \((given ?? built).joined(separator: " or ")): run `swift build -c release`, or set PORTICO_BINARY"
        )
    }

    /// Consul's program: `PORTICO_CONSUL`, else the one that Tests/Lab/get-consul.sh unpacked, else the one on PATH.
    public static func consul() throws -> String {
        let unpacked = "\(Self.root)/.build/lab/consul/usr/bin/consul"
        if let given = ProcessInfo.processInfo.environment["PORTICO_CONSUL"] {
            guard Self.isProgram(given) else { throw LabError("PORTICO_CONSUL: \(given) is no program") }
            return given
        }
        if Self.isProgram(unpacked) { return unpacked }
        if let installed = Self.program("consul") { return installed }
        throw LabError("no consul program: run Tests/Lab/get-consul.sh, or set PORTICO_CONSUL")
    }

    /// Compose of version 2: `PORTICO_COMPOSE`, else the one that Tests/Lab/get-compose.sh unpacked; nil if there is neither.
    public static var compose: String? {
        let unpacked = "\(Self.root)/.build/lab/compose/usr/libexec/docker/cli-plugins/docker-compose"
        let given = ProcessInfo.processInfo.environment["PORTICO_COMPOSE"]
        return [given, unpacked].compactMap(\.self).first(where: Self.isProgram)
    }

    /// schemathesis: `PORTICO_SCHEMATHESIS`, else what Tests/Lab/get-schemathesis.sh installed; nil if there is neither.
    public static var schemathesis: String? {
        let installed = "\(Self.root)/.build/lab/schemathesis/bin/schemathesis"
        let given = ProcessInfo.processInfo.environment["PORTICO_SCHEMATHESIS"]
        return [given, installed].compactMap(\.self).first(where: Self.isProgram)
    }

    /// A program on PATH or in the folders of system programs.
    public static func program(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return folders.map { "\($0)/\(name)" }.first(where: Self.isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path)
    }
}
