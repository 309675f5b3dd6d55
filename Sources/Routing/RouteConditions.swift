internal import Wire

/// What a route asks of a request beyond host and path.
struct RouteConditions: Sendable {
    /// A bit for each known method that is let in, by raw value; 0 with no `methodCount`: any method.
    var methods: UInt16 = 0
    /// Other methods, by name: `methodNames[firstMethod ..< firstMethod + methodCount]`.
    var firstMethod: Int32 = 0
    /// How many.
    var methodCount: Int32 = 0
    /// Fields asked for: `headers[firstHeader ..< firstHeader + headerCount]`.
    var firstHeader: Int32 = 0
    /// How many.
    var headerCount: Int32 = 0

    /// How many conditions there are: methods count as one, each field as one.
    var strength: Int32 { headerCount + (hasMethods ? 1 : 0) }
    /// Whether not every method is let in.
    var hasMethods: Bool { methods != 0 || methodCount > 0 }
}

/// A field that must be there.
struct HeaderCondition: Sendable {
    /// Its name in lower case, in the pool.
    var name: PoolRange
    /// Its value, in the pool; unused where `regex` is not -1.
    var value = PoolRange()
    /// The expression that its value must match, an index into the table's, or -1.
    var regex: Int32 = -1
}

extension Method {
    /// The method that is told apart by this name; nil for any other.
    init?(knownName name: String) {
        switch name {
        case "GET": self = .get
        case "HEAD": self = .head
        case "POST": self = .post
        case "PUT": self = .put
        case "DELETE": self = .delete
        case "OPTIONS": self = .options
        case "PATCH": self = .patch
        case "CONNECT": self = .connect
        case "TRACE": self = .trace
        default: return nil
        }
    }

    /// Its bit in ``RouteConditions/methods``.
    var bit: UInt16 { 1 << UInt16(rawValue) }
}
