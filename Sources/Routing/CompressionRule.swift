public import Wire

/// A compression policy in the form that answers are judged by.
public final class CompressionRule: Sendable {
    /// One pattern of media types.
    private enum Pattern: Sendable {
        case any
        case whole([UInt8])
        case beginning([UInt8])
        case end([UInt8])
    }

    private let patterns: [Pattern]
    /// The least octets of a body whose length is told.
    public let minimum: Int64
    /// What may be used, the best first.
    public let codings: [ContentCoding]
    /// How hard to try, 1 to 9; 0: as each coding does by default.
    public let level: UInt8

    /// The rule that `policy` describes; nil where it compresses nothing.
    init?(_ policy: CompressionPolicy) {
        guard policy.isOn, !policy.codings.isEmpty, !policy.types.isEmpty else { return nil }
        patterns = policy.types.map { type in
            let lowered = FieldSyntax.lower(type)
            if type == "*" || type == "*/*" { return .any }
            if lowered.first == UInt8(ascii: "*") { return .end(Array(lowered.dropFirst())) }
            return lowered.last == UInt8(ascii: "*") ? .beginning(Array(lowered.dropLast())) : .whole(lowered)
        }
        minimum = Int64(max(0, policy.minimum))
        codings = policy.codings.filter { $0 != .identity }
        level = UInt8(clamping: policy.level ?? 0)
    }

    /// Whether bodies of the media type `type`, without its parameters, are compressed.
    public func covers(_ type: RawSpan) -> Bool {
        patterns.contains { pattern in
            switch pattern {
            case .any: true
            case .whole(let text): text.count == type.byteCount && Self.matches(type, 0, text)
            case .beginning(let text): text.count <= type.byteCount && Self.matches(type, 0, text)
            case .end(let text): text.count < type.byteCount && Self.matches(type, type.byteCount - text.count, text)
            }
        }
    }

    private static func matches(_ type: RawSpan, _ start: Int, _ lowered: [UInt8]) -> Bool {
        let bytes = unsafe lowered.span.bytes
        return CaselessName.equal(type, start, bytes, 0, count: lowered.count)
    }
}

extension RoutingTable {
    /// How answers to a request of `route` by `service` are compressed; nil: not at all.
    ///
    /// What the route says goes before what its service says.
    public func compression(route: Int, service: Int) -> CompressionRule? {
        if route >= 0, routes[route].traits.contains(.compression) { return actions(of: route)?.compression }
        guard service >= 0, services[service].traits.contains(.compression) else { return nil }
        return serviceParts.compressionRules[service]
    }
}
