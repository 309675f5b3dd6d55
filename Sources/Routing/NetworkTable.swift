/// What networks say of an address, the most specific of them first: 10,000 of them are fourteen comparisons.
///
/// Networks nest or lie apart, so that they cut the addresses into ranges of which each has one verdict; a look-up is a
/// binary search for the range.
public struct NetworkTable: Sendable {
    /// What the most specific network says that holds an address.
    public enum Verdict: UInt8, Sendable {
        /// No network holds it.
        case none
        /// One that allows.
        case allowed
        /// One that denies.
        case denied
    }

    private let version4: RangeTable<UInt32>
    private let version6: RangeTable<UInt128>
    /// What an address gets that no network holds.
    private let admitsOthers: Bool

    /// A table of `allow` and `deny`; a network that is in both denies.
    public init(allow: [Network], deny: [Network] = []) {
        var ranges4: [RangeTable<UInt32>.Range] = []
        var ranges6: [RangeTable<UInt128>.Range] = []
        for (networks, verdict) in [(allow, Verdict.allowed), (deny, Verdict.denied)] {
            for network in networks {
                if network.address.isIPv6 {
                    ranges6.append(.init(first: network.address.number, bits: network.prefixLength, verdict: verdict))
                } else {
                    ranges4.append(
                        .init(
                            first: UInt32(truncatingIfNeeded: network.address.high).byteSwapped,
                            bits: network.prefixLength, verdict: verdict))
                }
            }
        }
        version4 = RangeTable(ranges4)
        version6 = RangeTable(ranges6)
        admitsOthers = allow.isEmpty
    }

    /// What the most specific network says that holds `address`.
    ///
    /// An IPv4-mapped IPv6 address counts as IPv4.
    public func verdict(on address: EndpointAddress) -> Verdict {
        let address = address.unmapped
        return address.isIPv6
            ? version6.verdict(on: address.number)
            : version4.verdict(on: UInt32(truncatingIfNeeded: address.high).byteSwapped)
    }

    /// Whether `address` is let in: by the most specific network that holds it, and where none does, if nothing is allowed
    /// in particular.
    public func admits(_ address: EndpointAddress) -> Bool {
        switch verdict(on: address) {
        case .allowed: true
        case .denied: false
        case .none: admitsOthers
        }
    }

    /// Whether a client is let in that has no address (a Unix socket's): no network holds it.
    public var admitsUnknown: Bool { admitsOthers }
}

/// Ranges of numbers that lie one behind the other, from 0 to the largest.
private struct RangeTable<Bound: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// A network: the numbers whose first `bits` are those of `first`.
    struct Range {
        var first: Bound
        var bits: Int
        var verdict: NetworkTable.Verdict

        /// The largest number in it.
        var last: Bound { first | (~0 as Bound) >> bits }
    }

    /// Where each range begins, ascending; empty where there is no network.
    private var starts: [Bound] = []
    private var verdicts: [NetworkTable.Verdict] = []

    init(_ ranges: [Range]) {
        guard !ranges.isEmpty else { return }
        // The wider before what lies in it; of two alike the one that denies last, so that it counts.
        let sorted = ranges.sorted {
            ($0.first, $0.bits, $0.verdict.rawValue) < ($1.first, $1.bits, $1.verdict.rawValue)
        }
        var open: [(last: Bound, verdict: NetworkTable.Verdict)] = [(.max, .none)]
        begin(at: 0, .none)
        for range in sorted {
            close(&open, before: range.first)
            open.append((range.last, range.verdict))
            begin(at: range.first, range.verdict)
        }
        while open.count > 1 { closeInnermost(&open) }
    }

    private mutating func close(_ open: inout [(last: Bound, verdict: NetworkTable.Verdict)], before first: Bound) {
        while open.count > 1, open[open.count - 1].last < first { closeInnermost(&open) }
    }

    private mutating func closeInnermost(_ open: inout [(last: Bound, verdict: NetworkTable.Verdict)]) {
        let last = open.removeLast().last
        if last < .max { begin(at: last + 1, open[open.count - 1].verdict) }
    }

    private mutating func begin(at start: Bound, _ verdict: NetworkTable.Verdict) {
        if let last = starts.last, last == start {
            verdicts[verdicts.count - 1] = verdict
        } else if verdicts.last != verdict {
            starts.append(start)
            verdicts.append(verdict)
        }
    }

    func verdict(on number: Bound) -> NetworkTable.Verdict {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? .none : verdicts[low - 1]
    }
}

extension EndpointAddress {
    /// The sixteen octets as a number, the first the most significant.
    fileprivate var number: UInt128 { UInt128(high.byteSwapped) << 64 | UInt128(low.byteSwapped) }
}
