/// Pointers live where they pay: in the data plane's lower modules, and in few places that talk to C.
enum UnsafeCode {
    static let modules: Set<String> = ["Wire", "Certificates", "Reactor", "HTTP2", "Passwords", "Gateway"]

    /// Files of other modules that hold pointers, each with its reason.
    ///
    /// One that no longer needs it fails the test.
    static let exceptions: [String: String] = [
        "Sources/Routing/Regex.swift": "owns PCRE2's handles, and nothing else does",
        "Sources/Swarm/Scheduling/NamePattern.swift": "owns PCRE2's handles for the values of placement expressions",
        "Sources/Renderer/Functions/Regex/GoRegex.swift": "owns PCRE2's handles for Go's expressions",
        "Sources/Renderer/Functions/Network/NetworkInterface.swift": "walks the list that getifaddrs makes",
        "Sources/Renderer/HAProxy/BlockingThread.swift": "hands a thread what it is to run, which C takes as a pointer",
        "Sources/Routing/ByteHash.swift": "copies a span's octets into an array",
        "Sources/Routing/PathForm.swift": "hands arrays to Wire's path functions, which take buffers",
    ]

    /// The first pointer in `source`.
    static func firstPointer(in source: SwiftSource) -> Int? {
        source.tokens.indices.first { index in
            let word = source.text(index)
            return word.hasPrefix("Unsafe") || word.hasPrefix("withUnsafe")
                || ["OpaquePointer", "Unmanaged"].contains(word)
        }
    }

    /// The first unsafe expression without a pointer in it: an unchecked load from a span, say.
    ///
    /// An array's `span.bytes` is passed over: the compiler calls it unsafe for the sake of types with padding.
    static func firstExpression(in source: SwiftSource) -> Int? {
        source.tokens.indices.first { index in
            guard source.text(index) == "unsafe", source.text(index - 1) != "(" else { return false }
            return !(index..<index + 24).contains { source.matches(["span", ".", "bytes"], at: $0) }
        }
    }

    /// Pointers outside the modules and files that may hold them, and unsafe expressions that nothing explains.
    static func violations(in source: SwiftSource) -> [Finding] {
        guard source.path.hasPrefix("Sources/"), !modules.contains(source.module), exceptions[source.path] == nil else {
            return []
        }
        if let index = firstPointer(in: source) {
            return [
                Finding(
                    path: source.path, line: source.tokens[index].line,
                    message: """
                        \(source.text(index)) outside \(modules.sorted().joined(separator: ", ")): spans, arrays, or a wrapper \
                        there; else an exception with its reason in Tests/TidyTests/UnsafeCode.swift
                        """)
            ]
        }
        guard let index = firstExpression(in: source) else { return [] }
        guard !source.comments.values.contains(where: { $0.contains("Safety:") }) else { return [] }
        return [
            Finding(
                path: source.path, line: source.tokens[index].line,
                message: "unsafe, and no `Safety:` comment in the file says why it holds")
        ]
    }
}
