/// The arrows between modules: what each may import, and nothing else, whatever it could reach through another module.
///
/// docs/ARCHITECTURE.md draws the same table. Widening it is a decision about the house, not a convenience.
enum Architecture {
    /// What one module may import.
    struct Module {
        /// Modules of this package.
        var ours: Set<String>
        /// Modules of other packages and of the toolchain.
        var others: Set<String>

        init(_ ours: Set<String> = [], others: Set<String> = []) {
            self.ours = ours
            self.others = others
        }
    }

    /// Free to all: the toolchain's own modules that bring no library of weight.
    static let free: Set<String> = ["Swift", "Synchronization", "Glibc", "Musl"]

    /// The data plane knows the toolchain and C, nothing else.
    static let dataPlane: Set<String> = ["Wire", "Certificates", "Reactor", "Routing", "HTTP2", "Passwords", "Gateway"]

    static let modules: [String: Module] = [
        "Wire": Module(),
        "Certificates": Module(["COpenSSL", "Wire"]),
        "Reactor": Module(["CLinux", "COpenSSL", "Certificates"]),
        "Routing": Module(["Wire", "CPCRE2"]),
        "Passwords": Module(["CCrypt", "COpenSSL"]),
        "HTTP2": Module(["CNghttp2", "Reactor", "Wire"]),
        "Gateway": Module(["Reactor", "Wire", "Routing", "HTTP2", "Passwords", "Certificates", "CLinux", "CZlib"]),

        "KeyValue": Module(
            ["CLinux"],
            others: [
                "AsyncHTTPClient", "FoundationEssentials", "GRDB", "HTTPTypes", "Hummingbird", "HummingbirdCore",
                "Logging",
                "NIOCore", "NIOFoundationCompat", "NIOHTTP1", "NIOHTTPTypes", "NIOPosix", "NIOSSL", "ServiceLifecycle",
                "Yams",
            ]),
        "Discovery": Module(
            ["KeyValue", "Passwords", "Routing", "Wire"], others: ["FoundationEssentials", "Logging", "Yams"]),
        "Control": Module(
            ["Gateway", "Routing", "Discovery", "KeyValue", "Certificates", "Passwords", "Wire"],
            // The client for OCSP's responders alone; stores are KeyValue's.
            others: ["AsyncHTTPClient", "FoundationEssentials", "Logging", "NIOCore", "NIOHTTP1", "Yams"]),
        "Logs": Module(["CLinux"], others: ["Logging"]),
        "Spans": Module(
            ["Control", "Gateway", "Routing", "KeyValue"],
            others: ["AsyncHTTPClient", "FoundationEssentials", "Logging", "NIOCore", "NIOHTTP1"]),
        "Admin": Module(
            ["Spans", "Control", "Gateway", "Routing", "Discovery", "KeyValue", "HTTP2"],
            others: [
                "FoundationEssentials", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging", "NIOCore",
                "ServiceLifecycle",
            ]),
        "Top": Module(
            ["KeyValue"],
            // Dispatch for its sources of signals and keys alone.
            others: ["AsyncHTTPClient", "Dispatch", "FoundationEssentials", "NIOCore", "NIOHTTP1"]),
        "GoFlags": Module(),
        "Template": Module(),
        "Renderer": Module(
            ["Template", "GoFlags", "Discovery", "KeyValue", "Routing", "CPCRE2", "COpenSSL", "CLinux"],
            others: ["FoundationEssentials", "Logging", "Yams"]),
        "DockerEngine": Module(
            others: [
                "AsyncHTTPClient", "FoundationEssentials", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL",
                "NIOTLS",
            ]),
        "Registrator": Module(
            ["DockerEngine", "Discovery", "KeyValue", "GoFlags", "Template"],
            others: ["FoundationEssentials", "Logging", "Yams"]),
        "Swarm": Module(
            ["DockerEngine", "KeyValue", "CPCRE2", "GoFlags"],
            others: ["FoundationEssentials", "Logging", "NIOCore", "NIOPosix", "NIOSSL"]),
        "portico": Module(
            [
                "DockerEngine", "Registrator", "Swarm", "Template", "Renderer", "GoFlags", "Wire", "Reactor", "Routing",
                "Gateway", "KeyValue", "Discovery",
                "Control", "Admin", "Spans", "Logs", "Top", "Certificates", "CLinux",
            ],
            // Dispatch for its signal sources alone; its queues and locks are banned by Bans.
            // The client of HTTP/2 for the demo's tour alone.
            others: [
                "ArgumentParser", "AsyncHTTPClient", "Dispatch", "FoundationEssentials", "Logging", "NIOCore",
                "NIOHTTP1",
                "NIOSSL", "ServiceLifecycle",
            ]),
    ]

    /// An `import` in a file.
    struct Import: Equatable {
        var module: String
        var line: Int
    }

    /// The modules that `source` imports; `import struct Wire.ByteRange` imports Wire.
    static func imports(of source: SwiftSource) -> [Import] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        return source.tokens.indices.compactMap { index in
            guard source.text(index) == "import", source.text(index - 1) != "." else { return nil }
            let name = kinds.contains(source.text(index + 1)) ? source.text(index + 2) : source.text(index + 1)
            return Import(module: name, line: source.tokens[index].line)
        }
    }

    /// Imports of `source` against the table.
    static func violations(in source: SwiftSource) -> [Finding] {
        guard let module = modules[source.module] else {
            return [
                Finding(path: source.path, line: 1, message: "module \(source.module) is not in the table of arrows")
            ]
        }
        let allowed = module.ours.union(module.others).union(free)
        return imports(of: source).filter { !allowed.contains($0.module) }.map {
            Finding(
                path: source.path, line: $0.line,
                message:
                    "\(source.module) may not import \($0.module); it may import \(allowed.sorted().joined(separator: ", "))"
            )
        }
    }

    /// Whether an arrow leads from a module, over others, back to it.
    static func cycle(through start: String) -> [String]? {
        var paths = [[start]]
        var seen: Set<String> = []
        while let path = paths.popLast() {
            for next in modules[path[path.count - 1]]?.ours ?? [] {
                if next == start { return path + [next] }
                if seen.insert(next).inserted { paths.append(path + [next]) }
            }
        }
        return nil
    }

    /// The modules of ours that `Package.swift` lets each target import, read from its text.
    static func declaredDependencies(manifest: String) -> [String: Set<String>] {
        var declared: [String: Set<String>] = [:]
        let known = Set(modules.keys).union(modules.values.flatMap(\.ours))
        let source = SwiftSource(path: "Package.swift", text: manifest)
        let starts = source.tokens.indices.filter {
            ["target", "executableTarget"].contains(source.text($0)) && source.text($0 - 1) == "."
                && source.text($0 + 1) == "("
        }
        for start in starts {
            let line = source.tokens[start].line
            var text = ""
            for next in source.lines.dropFirst(line - 1) {
                text += next
                if next.hasSuffix("),") { break }
            }
            let words = text.split(separator: "\"", omittingEmptySubsequences: false)
            let quoted = words.indices.filter { !$0.isMultiple(of: 2) }.map { String(words[$0]) }
            guard let name = quoted.first, modules[name] != nil else { continue }
            declared[name] = Set(quoted.dropFirst()).intersection(known)
        }
        return declared
    }
}
