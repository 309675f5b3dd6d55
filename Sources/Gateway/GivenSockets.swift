internal import Glibc
internal import Reactor
internal import Routing
internal import Synchronization

/// Listening sockets that another process has opened: a predecessor, which serves them until it is told to stop, or a
/// supervisor (systemd's `LISTEN_FDS`, sd_listen_fds(3)), which keeps them over this process's end.
///
/// A listener takes those that are meant for it; ``closeRest()`` lets go of the others.
public final class GivenSockets: Sendable {
    /// Sockets of one address.
    struct Entry: Sendable, Equatable {
        /// The address that a listener would be configured with.
        var address: ListenAddress
        /// What the supervisor calls them.
        var name = ""
        var group: ListeningSockets.Group
    }

    private let entries: Mutex<[Entry]>

    /// None at all.
    public convenience init() {
        self.init([])
    }

    init(_ entries: [Entry]) {
        self.entries = Mutex(entries)
    }

    deinit {
        closeRest()
    }

    /// The first descriptor that a supervisor passes; the others follow it (sd_listen_fds(3)).
    static let firstDescriptor: Int32 = 3

    /// The sockets that the environment tells of in `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`: none if they are for
    /// another process.
    ///
    /// - Parameter process: this process's number.
    /// - Returns: the sockets, and one sentence for each descriptor that is none to listen at.
    public static func supervised(
        environment: [String: String], process: Int32
    ) -> (sockets: GivenSockets, problems: [String]) {
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == process,
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...4096).contains(count)
        else { return (GivenSockets(), []) }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        var entries: [Entry] = []
        var problems: [String] = []
        for index in 0..<count {
            let fd = firstDescriptor + index
            guard Socket.adoptListener(fd) else {
                problems.append(
                    "descriptor \(fd) of LISTEN_FDS is no listening stream socket and is left alone: "
                        + "ListenStream= makes one")
                continue
            }
            let address = Self.address(of: fd)
            let name = index < names.count ? String(names[Int(index)]) : ""
            // Several of one address are one listener's: SO_REUSEPORT, ReusePort=.
            if let known = entries.firstIndex(where: { $0.address == address && $0.name == name }) {
                entries[known].group.descriptors.append(fd)
            } else {
                entries.append(
                    Entry(address: address, name: name, group: .init(descriptors: [fd], isKept: true)))
            }
        }
        return (GivenSockets(entries), problems)
    }

    private static func address(of fd: Int32) -> ListenAddress {
        if let path = Socket.localPath(of: fd) { return .unix(path) }
        let address = Socket.localAddress(of: fd)
        return .ip(
            EndpointAddress(high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6))
    }

    /// The sockets for `listener`: those that bear its name, else those at its address; nil if there are none.
    func take(for listener: ListenerConfiguration) -> ListeningSockets.Group? {
        entries.withLock { entries in
            let place =
                entries.firstIndex { !$0.name.isEmpty && $0.name == listener.name }
                ?? entries.firstIndex { $0.address == listener.address }
                ?? entries.firstIndex { Self.areBothEverywhere($0.address, listener.address) }
            return place.map { entries.remove(at: $0).group }
        }
    }

    /// `0.0.0.0:80` is meant for `[::]:80`, and the other way round.
    private static func areBothEverywhere(_ one: ListenAddress, _ other: ListenAddress) -> Bool {
        guard case .ip(let one) = one, case .ip(let other) = other else { return false }
        return one.port == other.port && one.high == 0 && one.low == 0 && other.high == 0 && other.low == 0
    }

    /// Closes what no listener has taken.
    ///
    /// - Returns: their addresses.
    @discardableResult
    public func closeRest() -> [ListenAddress] {
        let rest = entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
        for entry in rest { entry.group.descriptors.forEach(Socket.close) }
        return rest.map(\.address)
    }
}

extension ListenAddress: CustomStringConvertible {
    /// `10.0.0.5:80`, `[::]:80` or `unix:/run/x.sock`.
    public var description: String {
        switch self {
        case .ip(let address): address.description
        case .unix(let path): "unix:\(path)"
        }
    }
}
