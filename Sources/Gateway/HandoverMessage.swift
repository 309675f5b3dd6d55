internal import Routing

/// What two edges say to each other while one takes over from the other.
///
/// The successor begins with ``hello(process:)``. The predecessor answers with ``sockets(address:isKept:)`` for each
/// address, several times for one that has many, the sockets themselves beside it, and ``whole(store:api:)``. When the
/// successor has its table and accepts connections it says ``ready(taken:)``; the predecessor stops to accept, lets go of
/// what only one can have, and says ``released``. Either side may say ``refused(reason:)`` instead of what it is due to
/// say, and an end of the connection before ``ready(taken:)`` means that nothing has changed.
///
/// A message is text: a line with the protocol's name, version and the kind, then a line `KEY VALUE` for each value.
enum HandoverMessage: Sendable, Equatable {
    case hello(process: Int32)
    case sockets(address: ListenAddress, isKept: Bool)
    /// `api`: where the store is served by its API until the predecessor lets go of it; empty if it is not.
    case whole(store: String, api: String)
    case ready(taken: [ListenAddress])
    case released
    case refused(reason: String)

    /// The version that this program speaks.
    static let version = 1
    private static let name = "portico-handover"

    /// Why octets are no message.
    struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
        let description: String
    }

    private var kind: String {
        switch self {
        case .hello: "hello"
        case .sockets: "sockets"
        case .whole: "whole"
        case .ready: "ready"
        case .released: "released"
        case .refused: "refused"
        }
    }

    private var values: [(key: String, value: String)] {
        switch self {
        case .hello(let process): [("process", "\(process)")]
        case .sockets(let address, let isKept): [("address", "\(address)")] + (isKept ? [("kept", "")] : [])
        case .whole(let store, let api): [("store", store), ("api", api)]
        case .ready(let taken): taken.map { ("address", "\($0)") }
        case .released: []
        case .refused(let reason): [("reason", reason)]
        }
    }

    /// The message's octets; a line break in a value becomes a space.
    var encoded: [UInt8] {
        let lines = values.map { key, value in
            "\(key) " + String(value.map { $0.isNewline || $0 == "\0" ? " " : $0 })
        }
        return Array((["\(Self.name) \(Self.version) \(kind)"] + lines).joined(separator: "\n").utf8)
    }

    /// The message that `octets` are.
    init(decoding octets: [UInt8]) throws(Malformed) {
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw Malformed(description: "what was said is not UTF-8")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard head.count == 3, head[0] == Self.name else {
            throw Malformed(description: "what was said is no handover: \(text.prefix(40).debugDescription)")
        }
        guard head[1] == "\(Self.version)" else {
            throw Malformed(
                description: "it speaks version \(head[1].prefix(10)) of the handover, and this program version "
                    + "\(Self.version): stop the one and start the other")
        }
        let values = lines.dropFirst().map { line -> (key: Substring, value: Substring) in
            let space = line.firstIndex(of: " ") ?? line.endIndex
            return (line[..<space], line[space...].dropFirst())
        }
        func value(_ key: String) throws(Malformed) -> Substring {
            guard let found = values.first(where: { $0.key == key }) else {
                throw Malformed(description: "\(head[2]) comes without its \(key)")
            }
            return found.value
        }
        switch head[2] {
        case "hello":
            guard let process = Int32(try value("process")), process > 0 else {
                throw Malformed(description: "hello comes without a process's number")
            }
            self = .hello(process: process)
        case "sockets":
            self = .sockets(
                address: try Self.address(value("address")), isKept: values.contains { $0.key == "kept" })
        case "whole": self = .whole(store: String(try value("store")), api: String(try value("api")))
        case "ready":
            var taken: [ListenAddress] = []
            for (key, value) in values where key == "address" { taken.append(try Self.address(value)) }
            self = .ready(taken: taken)
        case "released": self = .released
        case "refused": self = .refused(reason: String(try value("reason")))
        default: throw Malformed(description: "\(head[2].prefix(20).debugDescription) is no word of the handover")
        }
    }

    private static func address(_ text: Substring) throws(Malformed) -> ListenAddress {
        if text.hasPrefix("unix:") { return .unix(String(text.dropFirst("unix:".count))) }
        guard let address = EndpointAddress(String(text), allowingPortZero: true) else {
            throw Malformed(description: "\(text.prefix(60).debugDescription) is no address to listen at")
        }
        return .ip(address)
    }
}
