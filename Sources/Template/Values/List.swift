/// A Go slice: a part of a row of values of one type.
public final class List: Sendable {
    /// The slice's type: `.slice`, or a name over one.
    public let type: GoType
    /// The type of the elements.
    public let element: GoType
    /// Whether it is nil, which prints like an empty one.
    public let isNil: Bool
    /// How many elements there are.
    public let count: Int
    /// How many there may become by slicing: `count`, and what a slicing before cut off at the end.
    public let capacity: Int

    /// How many levels of lists, maps and structures there are, this one among them.
    let depth: Int
    private let row: [Value]
    private let start: Int

    /// The slice of `items`, whose type is `type`.
    public init(_ items: [Value], type: GoType = .anySlice) {
        self.type = type
        element = type.elementType
        isNil = false
        depth = items.depth + 1
        row = items
        start = 0
        count = items.count
        capacity = items.count
    }

    /// The nil slice of `type`.
    public init(nilOf type: GoType) {
        self.type = type
        element = type.elementType
        isNil = true
        depth = 1
        row = []
        start = 0
        count = 0
        capacity = 0
    }

    private init(of list: List, start: Int, count: Int, capacity: Int) {
        type = list.type
        element = list.element
        isNil = list.isNil
        depth = list.depth
        row = list.row
        self.start = start
        self.count = count
        self.capacity = capacity
    }

    /// The element at `index`, which must be below `count`.
    public subscript(index: Int) -> Value { row[start + index] }

    /// The elements.
    public var items: [Value] { count == row.count ? row : Array(row[start..<start + count]) }

    /// The part from `low` to `high`, whose capacity ends at `top`; `low <= high <= top <= capacity` must hold.
    func slice(from low: Int, to high: Int, top: Int) -> List {
        List(of: self, start: start + low, count: high - low, capacity: top - low)
    }
}

extension GoType {
    /// The type of a slice's, map's or channel's elements; `.any` for other types.
    var elementType: GoType {
        switch underlying {
        case .slice(let element), .map(_, let element), .channel(let element): element
        default: .any
        }
    }

    /// The type of a map's keys; `.any` for other types.
    var keyType: GoType {
        if case .map(let key, _) = underlying { key } else { .any }
    }
}
