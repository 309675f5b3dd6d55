/// Calls that the house does without, each with its reason and what is done instead.
enum Bans {
    /// One banned run of tokens.
    struct Ban: Sendable {
        /// The tokens, one after the other.
        var words: [String]
        /// Where it is banned.
        var scope: Scope
        /// Why, and what instead.
        var reason: String
        /// Whether `x.sleep(` is something else than `sleep(`.
        var isFreeFunction = false
    }

    /// Where a ban holds.
    enum Scope: Sendable {
        /// Sources and Tests.
        case everywhere
        /// All of Sources.
        case product
        /// All of Sources but one module.
        case productWithout(String)
        /// Some modules of Sources.
        case modules(Set<String>)

        func holds(for source: SwiftSource) -> Bool {
            let isProduct = source.path.hasPrefix("Sources/")
            return switch self {
            case .everywhere: true
            case .product: isProduct
            case .productWithout(let module): isProduct && source.module != module
            case .modules(let modules): isProduct && modules.contains(source.module)
            }
        }
    }

    private static let locks = "state is a worker's own, an actor's, or behind a Mutex or Atomic of Synchronization"
    private static let waits = "it stops a whole thread: await an event, or Task.sleep in the control plane"
    private static let crashes =
        "nothing that input can reach may end the process: throw, or precondition for a fault of ours"
    private static let pure: Scope = .modules(["Wire", "Routing"])
    private static let purity =
        "Wire and Routing do no I/O, ask no clock and start no task (law 3): take it as a parameter"

    static let all: [Ban] =
        [
            Ban(words: ["DispatchQueue"], scope: .product, reason: locks),
            Ban(words: ["DispatchSemaphore"], scope: .product, reason: locks),
            Ban(words: ["DispatchGroup"], scope: .product, reason: locks),
            Ban(words: ["NSLock"], scope: .product, reason: locks),
            Ban(words: ["NSRecursiveLock"], scope: .product, reason: locks),
            Ban(words: ["pthread_mutex_lock"], scope: .product, reason: locks),
            Ban(
                words: ["Task", ".", "detached"], scope: .product,
                reason: "tasks are children of what waits for them"),
            Ban(words: ["sleep", "("], scope: .everywhere, reason: waits, isFreeFunction: true),
            Ban(words: ["usleep", "("], scope: .everywhere, reason: waits, isFreeFunction: true),
            Ban(words: ["nanosleep", "("], scope: .everywhere, reason: waits, isFreeFunction: true),
            Ban(words: ["Thread", ".", "sleep"], scope: .everywhere, reason: waits),
            Ban(
                words: ["print", "("], scope: .productWithout("portico"),
                reason: "only the program itself speaks to the terminal: log, or return it", isFreeFunction: true),
            Ban(words: ["fatalError", "("], scope: .product, reason: crashes, isFreeFunction: true),
            Ban(words: ["try", "!"], scope: .everywhere, reason: crashes),
            Ban(words: ["as", "!"], scope: .everywhere, reason: crashes),
            Ban(
                words: ["catch", "{", "}"], scope: .everywhere, reason: "an error that is dropped says why in the block"
            ),
            Ban(
                words: ["@_exported"], scope: .everywhere,
                reason: "it draws arrows that the table of modules does not show"),
            Ban(words: ["@_implementationOnly"], scope: .everywhere, reason: "imports are internal by default here"),
            Ban(words: ["import", "XCTest"], scope: .everywhere, reason: "tests are Swift Testing's"),
            Ban(
                words: ["Date", "("], scope: .modules(Architecture.dataPlane),
                reason: "the data plane asks a worker's clock", isFreeFunction: true),
            Ban(
                words: ["any"], scope: .modules(["Wire"]),
                reason: "an existential costs an allocation and a witness call where heads are parsed"),
        ]
        + ["Task", "ContinuousClock", "SuspendingClock", "clock_gettime", "epoll_wait", "withTaskGroup"].map {
            Ban(words: [$0], scope: pure, reason: purity)
        }
        + ["socket", "open", "read", "write", "recv", "send", "time"].map {
            Ban(words: [$0, "("], scope: pure, reason: purity, isFreeFunction: true)
        }

    /// Files in which one of them is right after all, each with its reason.
    ///
    /// One that no longer needs it fails the test.
    static let exceptions: [String: (call: String, reason: String)] = [
        "Sources/Gateway/AccessLog/LogSignal.swift": (
            "nanosleep(", "the log's writer has a thread of its own, and gathers lines"
        ),
        "Tests/Lab/Deadline.swift": ("Thread.sleep", "asks what gives no event: another program's state"),
    ]

    private static let byFirstWord = Dictionary(grouping: all) { $0.words[0] }

    /// Every banned call in `source`, but for its exception.
    static func violations(in source: SwiftSource) -> [Finding] {
        violations(in: source, useExceptions: true)
    }

    /// Every banned call in `source`, with or without its exception.
    static func violations(in source: SwiftSource, useExceptions: Bool) -> [Finding] {
        source.tokens.indices.flatMap { index -> [Finding] in
            (byFirstWord[source.text(index)] ?? []).compactMap { ban in
                guard ban.scope.holds(for: source), source.matches(ban.words, at: index) else { return nil }
                if useExceptions, exceptions[source.path]?.call == ban.words.joined() { return nil }
                if ban.isFreeFunction, [".", "func"].contains(source.text(index - 1)) { return nil }
                return Finding(
                    path: source.path, line: source.tokens[index].line,
                    message: "\(ban.words.joined()) is banned here: \(ban.reason)")
            }
        }
    }

    /// Streams that queue without bound: `AsyncStream` made without a buffering policy.
    static func unboundedStreams(in source: SwiftSource) -> [Finding] {
        guard source.path.hasPrefix("Sources/") else { return [] }
        return source.tokens.indices.compactMap { index in
            guard ["AsyncStream", "AsyncThrowingStream"].contains(source.text(index)) else { return nil }
            // Past the generic arguments, to what is done with the type.
            var next = index + 1
            if source.text(next) == "<" {
                var depth = 0
                repeat {
                    if source.text(next) == "<" { depth += 1 }
                    if source.text(next) == ">" { depth -= 1 }
                    next += 1
                } while depth > 0 && next < source.tokens.count
            }
            if source.text(next) == ".", source.text(next + 1) == "makeStream" { next += 2 }
            guard ["(", "{"].contains(source.text(next)), source.text(index - 1) != ">" else { return nil }
            let following = (next..<min(next + 16, source.tokens.count)).map(source.text)
            let isBounded = following.contains { ["bufferingPolicy", "unfolding", "bufferingNewest"].contains($0) }
            // A closure without a parameter is asked for one element after the other, and queues nothing.
            let isAsked = following.first == "{" && !following.prefix(5).contains("in")
            guard !isBounded, !isAsked else { return nil }
            return Finding(
                path: source.path, line: source.tokens[index].line,
                message: "an AsyncStream without a bufferingPolicy queues without bound: .bufferingNewest(1) for states"
            )
        }
    }
}
