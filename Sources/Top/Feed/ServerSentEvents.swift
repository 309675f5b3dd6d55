/// Reads a stream of server-sent events (WHATWG HTML, section 9.2), however its octets are split.
struct ServerSentEvents: Sendable {
    /// One event.
    struct Event: Equatable, Sendable {
        /// `message` where it has no name.
        var name = "message"
        /// The last id that the stream has given.
        var id = ""
        var data: [UInt8] = []
    }

    /// The stream sends what nobody could want to keep.
    struct TooLarge: Error {}

    /// Octets of one event: a report on ten thousand services has some three million.
    static let eventMaximum = 16 << 20

    private let maximum: Int
    private var line: [UInt8] = []
    private var event = Event()
    private var hasData = false
    private var isAfterReturn = false
    private var isFirstLine = true

    init(maximum: Int = eventMaximum) {
        self.maximum = maximum
    }

    /// The events that are whole with these octets.
    mutating func events(_ octets: [UInt8]) throws(TooLarge) -> [Event] {
        var events: [Event] = []
        var rest = octets[...]
        // A line ends by CR, LF, or both.
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            let isSecondHalf = isAfterReturn && end == rest.startIndex && rest[end] == 0x0A
            isAfterReturn = rest[end] == 0x0D
            if !isSecondHalf {
                try extend(rest[..<end])
                if let event = endLine() { events.append(event) }
            }
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty {
            isAfterReturn = false
            try extend(rest)
        }
        return events
    }

    private mutating func extend(_ octets: ArraySlice<UInt8>) throws(TooLarge) {
        guard line.count + event.data.count + octets.count <= maximum else { throw TooLarge() }
        line += octets
    }

    /// The event that ends with this line, if it is an empty one.
    private mutating func endLine() -> Event? {
        var line = self.line[...]
        defer { self.line.removeAll(keepingCapacity: true) }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        isFirstLine = false
        guard !line.isEmpty else {
            defer {
                event = Event(id: event.id)
                hasData = false
            }
            guard hasData else { return nil }
            return event
        }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(name.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: name, as: UTF8.self) {
        case "data":
            if hasData { event.data.append(0x0A) }
            event.data += value
            hasData = true
        case "event": event.name = value.isEmpty ? "message" : String(decoding: value.prefix(64), as: UTF8.self)
        case "id" where !value.contains(0): event.id = String(decoding: value.prefix(64), as: UTF8.self)
        default: break
        }
        return nil
    }
}
