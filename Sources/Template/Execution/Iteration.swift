/// A range that is going on.
struct Iteration {
    /// What is ranged over.
    enum Source {
        case list(List, isInterface: Bool)
        case bytes([UInt8])
        case map(Map.Entries, keyIsInterface: Bool, isInterface: Bool)
        case channel(Channel, first: Value?)
        case integer(IntegerKind, end: UInt64)
    }

    var source: Source
    /// The index of the element that comes next.
    var next = 0
    /// The variables that get index and element.
    var names: Span32
    var isAssignment: Bool
    /// How many variables there were before the body.
    var variableCount: Int
    /// What is noted of it for the next execution, if it can be.
    var run: RangeRecorder.Run?

    init(_ source: Source, names: Span32, isAssignment: Bool, variableCount: Int) {
        self.source = source
        self.names = names
        self.isAssignment = isAssignment
        self.variableCount = variableCount
    }

    /// Whether it goes through values, not through numbers.
    var hasElements: Bool {
        switch source {
        case .list, .map: true
        case .bytes, .channel, .integer: false
        }
    }

    /// The next index and element; nil when there is none.
    mutating func advance() -> (index: Operand, element: Operand)? {
        let index = next
        switch source {
        case .list(let list, let isInterface):
            guard index < list.count else { return nil }
            next += 1
            return (Operand(.int(index)), Operand(list[index], isInterface: isInterface))
        case .bytes(let octets):
            guard index < octets.count else { return nil }
            next += 1
            return (Operand(.int(index)), Operand(.integer(Integer(bits: UInt64(octets[index]), kind: .uint8))))
        case .map(let entries, let keyIsInterface, let isInterface):
            guard index < entries.count else { return nil }
            next += 1
            return (
                Operand(entries.keys[index], isInterface: keyIsInterface),
                Operand(entries.values[index], isInterface: isInterface)
            )
        case .channel(let channel, let first):
            guard let element = index == 0 ? first : channel.receive() else { return nil }
            next += 1
            return (Operand(.int(index)), Operand(element, isInterface: channel.element == .any))
        case .integer(let kind, let end):
            guard UInt64(index) < end else { return nil }
            next += 1
            return (.missing, Operand(.integer(Integer(bits: UInt64(index), kind: kind))))
        }
    }
}
