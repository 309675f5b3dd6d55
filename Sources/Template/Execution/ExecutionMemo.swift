internal import Synchronization

/// What the ranges of a template wrote in its last execution, so that the next one need not write it again.
///
/// A range over ten thousand elements of which one is new executes its body once: what the others wrote is copied. Elements
/// and variables are the same if they are the same object or equal basic values, so that this serves hosts that keep
/// values from execution to execution; all others lose little. Ranges are left alone whose bodies call functions that are
/// not ``Function/isPure``, or break off. What an execution writes, what it may use and how it fails stay the same.
///
/// It belongs to one template; given to another one it begins anew.
public final class ExecutionMemo: Sendable {
    /// What the last execution left.
    struct Kept: Sendable {
        var tree: SyntaxTree
        var output: [UInt8]
        var ranges: [RangePlace: RangeRecord]
    }

    private let kept = Mutex<Kept?>(nil)

    /// Nothing yet.
    public init() {}

    /// Takes out what is kept for `tree`; two executions at a time do not share it.
    func take(for tree: SyntaxTree) -> Kept {
        let kept = kept.withLock { $0.take() }
        guard let kept, kept.tree === tree else { return Kept(tree: tree, output: [], ranges: [:]) }
        return kept
    }

    /// Keeps what an execution leaves.
    func put(_ next: Kept) {
        kept.withLock { $0 = next }
    }
}

/// Where a range stands: the definition, and its instruction that opens it.
struct RangePlace: Hashable, Sendable {
    var definition: Int
    var open: Int
}

/// The rounds of a range, in the order in which they were executed.
struct RangeRecord: Sendable {
    /// A round: what it depends on besides its context, and what came of it.
    struct Round: Sendable {
        var element: Operand
        /// The index or key, if the body uses it.
        var index: Operand
        /// What variables from outside held, by its place in ``RangeRecord/contexts``.
        var context: Int
        /// The values of outer variables that the body sets, before and after it.
        var before: [Operand]
        var after: [Operand]
        /// What it wrote, in the execution's output.
        var start: Int
        var count: Int
        /// What it used of the limits.
        var steps: Int
        var bytes: Int
    }

    var rounds: [Round] = []
    /// Values of variables from outside; rounds one after the other mostly share one.
    var contexts: [[Operand]] = []
}

extension Value {
    /// Whether both will always do the same: equal basic values, or one object that never changes.
    func isInterchangeable(with other: Value) -> Bool {
        switch (self, other) {
        case (.pointer(let left), .pointer(let right)), (.structure(let left), .structure(let right)): left === right
        case (.string(let left), .string(let right)), (.bytes(let left), .bytes(let right)): left == right
        case (.list(let left), .list(let right)): left === right || left.isInterchangeable(with: right)
        case (.map(let left), .map(let right)): left === right && !left.isMutable
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
        case (.float32(let left), .float32(let right)): left.bitPattern == right.bitPattern
        case (.nilPointer(let left), .nilPointer(let right)): left === right
        case (.named(let left), .named(let right)):
            left.type === right.type && left.value.isInterchangeable(with: right.value)
        default: false
        }
    }

    /// Whether it holds no other values, so that it outlives its execution unchanged.
    var isBasic: Bool {
        switch self {
        case .null, .bool, .integer, .float, .float32, .complex, .string, .bytes, .nilPointer, .named: true
        case .list, .map, .structure, .pointer, .channel, .function: false
        }
    }

    /// Who it is, for what is found again by that.
    var identity: ObjectIdentifier? {
        switch self {
        case .pointer(let structure), .structure(let structure): ObjectIdentifier(structure)
        case .list(let list): ObjectIdentifier(list)
        case .map(let map): ObjectIdentifier(map)
        default: nil
        }
    }
}

extension List {
    /// More elements than these are not looked at each time.
    private static let comparedMax = 64

    /// Whether it is a short list that cannot be told from `other`.
    fileprivate func isInterchangeable(with other: List) -> Bool {
        guard count == other.count, count <= Self.comparedMax, capacity == count, other.capacity == count,
            isNil == other.isNil, type == other.type
        else { return false }
        for index in 0..<count {
            // One level: lists of lists of one list would be looked at without end.
            if case .list = self[index] { return false }
            if !self[index].isInterchangeable(with: other[index]) { return false }
        }
        return true
    }
}

extension Operand {
    func isInterchangeable(with other: Operand) -> Bool {
        isInterface == other.isInterface && value.isInterchangeable(with: other.value)
    }
}

extension [Operand] {
    func isInterchangeable(with other: [Operand]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where !self[index].isInterchangeable(with: other[index]) { return false }
        return true
    }
}
