internal import Synchronization

/// Gives each protocol, with the TLS policy that it goes by, a number, so that a worker sees by one comparison whether an
/// endpoint's connections may be used on.
///
/// Along a chain of tables a dialect keeps its number as long as each of them has it; a number is never given again.
struct DialectNumbers: Sendable {
    /// What makes two connections to one address unlike each other.
    private struct Dialect: Hashable {
        var `protocol`: EndpointProtocol
        /// The defaults in the clear too, where it does not matter.
        var tls: UpstreamTLS
    }

    private var numbers: [Dialect: Int32] = [:]

    /// The number of a protocol under a policy: `previous`'s, or the next of `counter`.
    mutating func number(
        of protocol: EndpointProtocol, _ tls: UpstreamTLS?, previous: DialectNumbers?, counter: DialectCounter
    ) -> Int32 {
        let dialect = Dialect(protocol: `protocol`, tls: `protocol`.isSecure ? tls ?? .standard : .standard)
        if let number = numbers[dialect] { return number }
        let number = previous?.numbers[dialect] ?? counter.next()
        numbers[dialect] = number
        return number
    }
}

/// Counts the dialects of a chain of tables.
final class DialectCounter: Sendable {
    private let last = Atomic<Int32>(0)

    /// A number that no dialect has had; 0 is never one.
    func next() -> Int32 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
