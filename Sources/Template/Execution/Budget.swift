/// What an execution, and those within it, have used of their limits; and what they keep alive.
final class Budget {
    let limits: TemplateLimits
    private let shouldStop: (() -> Bool)?
    private(set) var steps = 0
    private(set) var bytes = 0
    private var kept: [Value] = []

    init(limits: TemplateLimits, shouldStop: (() -> Bool)?) {
        self.limits = limits
        self.shouldStop = shouldStop
    }

    /// How many steps are taken between two looks at the clock of the caller.
    static let stepsBetweenLooks = 1024
    /// Levels of nesting that are let go of at once.
    static let depthMax = 32
    /// Maps that can be written to and values that nest deeply that functions may make in one execution.
    static let keptMax = 4_000_000

    /// What stands against going on.
    enum Refusal: Error {
        case steps, bytes, values, stopped

        /// The reason, as messages tell it.
        func reason(_ limits: TemplateLimits) -> String {
            switch self {
            case .steps: "the limit of \(limits.steps) steps is reached"
            case .bytes: "the limit of \(limits.totalBytes) octets of text is reached"
            case .values: "the limit of \(Budget.keptMax) lists and maps is reached"
            case .stopped: "stopped"
            }
        }
    }

    /// Notes that `count` steps were taken.
    func spend(steps count: Int) throws(Refusal) {
        steps += count
        if steps > limits.steps { throw .steps }
        if shouldStop?() == true { throw .stopped }
    }

    /// Notes that `count` octets of text were made.
    func spend(bytes count: Int) throws(Refusal) {
        bytes += count
        if bytes > limits.totalBytes { throw .bytes }
    }

    /// Notes what a function gave: counts its text, and keeps until the end what could not be let go of otherwise.
    ///
    /// That is what nests deeply, so that it goes one level at a time and not each within the one around it, and maps that
    /// can be written to, which may hold one another in a circle. All else goes when the template has no use for it.
    func note(_ value: Value) throws(Refusal) {
        switch value {
        case .string(let octets), .bytes(let octets): return try spend(bytes: octets.count)
        case .map(let map) where map.isMutable: break
        case .list, .map, .structure, .pointer: if value.depth <= Self.depthMax { return }
        default: return
        }
        kept.append(value)
        if kept.count > Self.keptMax { throw .values }
    }

    /// Lets go of what was kept, the last first.
    func release() {
        for value in kept {
            if case .map(let map) = value { map.clear() }
        }
        while kept.popLast() != nil {}
    }
}
