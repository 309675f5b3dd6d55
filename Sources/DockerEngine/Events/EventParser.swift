/// Takes a stream of JSON objects apart, whatever pieces it comes in.
///
/// Pure. Engines write one object a line, but neither lines nor chunks are relied on: an object ends with the brace that closes
/// it. What cannot be one, or is larger than the limit, is an error, and no more can be read after it.
struct EventParser {
    /// Why a stream cannot be read on.
    struct Failure: Error, Equatable {
        /// In words.
        var reason: String
    }

    /// Objects within objects: events have three levels.
    private static let depthMax = 32

    private let sizeMax: Int
    private var object: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// A parser of objects of up to `sizeMax` octets.
    init(sizeMax: Int) {
        self.sizeMax = sizeMax
    }

    /// Whether the stream is within an object.
    var isWithin: Bool { depth > 0 }

    /// Takes the next octets, and hands every event that is complete to `body`.
    mutating func take(_ octets: some Sequence<UInt8>, _ body: (EngineEvent) -> Void) throws(Failure) {
        for octet in octets {
            guard depth > 0 else {
                try begin(octet)
                continue
            }
            object.append(octet)
            guard object.count <= sizeMax else { throw Failure(reason: "an event of more than \(sizeMax) octets") }
            guard !isInString else {
                string(octet)
                continue
            }
            switch octet {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= Self.depthMax else { throw Failure(reason: "objects within objects") }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { body(try end()) }
            default: break
            }
        }
    }

    private mutating func begin(_ octet: UInt8) throws(Failure) {
        switch octet {
        case UInt8(ascii: "{"):
            depth = 1
            object.append(octet)
        case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
        default: throw Failure(reason: "octet \(octet) where an event begins")
        }
    }

    private mutating func string(_ octet: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if octet == UInt8(ascii: "\\") {
            isEscaped = true
        } else if octet == UInt8(ascii: "\"") {
            isInString = false
        }
    }

    private mutating func end() throws(Failure) -> EngineEvent {
        defer { object.removeAll(keepingCapacity: object.count <= 16 << 10) }
        do {
            return try EngineEvent(document: object)
        } catch {
            throw Failure(reason: "no event: \(String(decoding: object.prefix(100), as: UTF8.self).debugDescription)")
        }
    }
}
