/// Where a TCP listener's connections go, by the server name that their clients ask for.
///
/// A handful of names: each is compared, exact ones first, then the longest ending.
struct ServerNames: Sendable {
    private struct Entry {
        /// The whole name, or its ending with the dot before it.
        var octets: [UInt8]
        var isEnding: Bool
        var target: Int32
    }

    /// The services that connections may go to; a target is a place among them.
    private(set) var services: [String] = []
    private var entries: [Entry] = []
    private var fallback: Int32 = -1

    /// Nothing: of a listener that reads requests.
    init() {}

    init(_ configuration: TCPListenerConfiguration) {
        if let service = configuration.service { fallback = add(service) }
        for (name, service) in configuration.names.sorted(by: { $0.key < $1.key }) {
            let isEnding = name.hasPrefix("*.")
            entries.append(
                Entry(octets: Array(name.utf8.dropFirst(isEnding ? 1 : 0)), isEnding: isEnding, target: add(service)))
        }
        entries.sort {
            $0.isEnding == $1.isEnding ? $0.octets.count > $1.octets.count : !$0.isEnding
        }
    }

    /// Whether the name decides anything.
    var areAsked: Bool { !entries.isEmpty }

    private mutating func add(_ service: String) -> Int32 {
        if let known = services.firstIndex(of: service) { return Int32(known) }
        services.append(service)
        return Int32(services.count - 1)
    }

    /// The target of a client that asks for `name`, which is in lower case and empty if it asks for none; -1: there is none.
    func target(of name: UnsafeRawBufferPointer) -> Int32 {
        for index in entries.indices {
            let count = entries[index].octets.count
            guard entries[index].isEnding ? name.count > count : name.count == count else { continue }
            let isSame = unsafe entries[index].octets.withUnsafeBytes { expected in
                unsafe name.suffix(count).elementsEqual(expected)
            }
            if isSame { return entries[index].target }
        }
        return fallback
    }
}
