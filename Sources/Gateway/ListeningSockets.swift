internal import Glibc
internal import Reactor
internal import Routing

/// The listening sockets of a gateway: what it was given, and what had to be bound besides.
///
/// Each worker has its own of every TCP address (SO_REUSEPORT); all workers share Unix sockets, which have no such thing,
/// and what a supervisor has opened. What a predecessor hands over is kept, however many workers there are now: in the
/// queue of each may be connections, and half-made ones, that are lost with it.
public struct ListeningSockets: Sendable {
    /// The sockets of one listener.
    struct Group: Sendable, Equatable {
        var descriptors: [Int32]
        /// A supervisor holds them too.
        var isKept = false
    }

    /// By listener, in the configuration's order.
    private(set) var groups: [Group] = []
    /// As bound, with the kernel's ports, in the configuration's order.
    public private(set) var addresses: [ListenAddress] = []

    /// Takes from `given` what fits a listener and binds the rest; what was bound is closed again if one cannot be.
    public init(
        _ configuration: GatewayConfiguration, given: GivenSockets = GivenSockets()
    ) throws(GatewayStartError) {
        for listener in configuration.listeners {
            do {
                let group = try Self.open(listener, given, workers: configuration.workerCount)
                groups.append(group)
                addresses.append(Self.address(of: group, listener.address))
            } catch {
                close()
                throw GatewayStartError(description: Self.explain(error, listener))
            }
        }
    }

    private static func open(
        _ listener: ListenerConfiguration, _ given: GivenSockets, workers: Int
    ) throws(SocketError) -> Group {
        if var group = given.take(for: listener) {
            // One more for each further worker; where that cannot be, workers share. What came to it before the workers run
            // would wait for them, so it does not listen yet.
            if case .ip(let address) = listener.address, !group.isKept, let first = group.descriptors.first {
                var socket = SocketAddress(address)
                socket.port = Socket.localAddress(of: first).port
                while group.descriptors.count < workers, let fd = try? Socket.bind(socket) {
                    group.descriptors.append(fd)
                }
            }
            // It may have been made for a listener of the other kind.
            if case .ip = listener.address {
                for fd in group.descriptors { Socket.expectClient(first: listener.tcp == nil, at: fd) }
            }
            return group
        }
        switch listener.address {
        case .ip(let address):
            return Group(descriptors: try bind(SocketAddress(address), workers, clientSpeaksFirst: listener.tcp == nil))
        case .unix(let path): return Group(descriptors: [try Socket.listen(unix: path)])
        }
    }

    private static func bind(
        _ address: SocketAddress, _ workers: Int, clientSpeaksFirst: Bool
    ) throws(SocketError) -> [Int32] {
        var address = address
        guard !Socket.isTaken(address) else { throw SocketError(call: "bind", code: EADDRINUSE) }
        var descriptors: [Int32] = []
        do {
            for _ in 0..<workers {
                let fd = try Socket.listen(address, clientSpeaksFirst: clientSpeaksFirst)
                descriptors.append(fd)
                // Port 0: the first socket's port is everyone's.
                if address.port == 0 { address.port = Socket.localAddress(of: fd).port }
            }
        } catch {
            descriptors.forEach(Socket.close)
            throw error
        }
        return descriptors
    }

    private static func address(of group: Group, _ configured: ListenAddress) -> ListenAddress {
        guard case .ip(var address) = configured, address.port == 0, let fd = group.descriptors.first else {
            return configured
        }
        address.port = Socket.localAddress(of: fd).port
        return .ip(address)
    }

    private static func explain(_ error: SocketError, _ listener: ListenerConfiguration) -> String {
        let what = "listener \(listener.name): \(error.call): \(error.reason)"
        guard error.code == EACCES, case .ip(let address) = listener.address else {
            return what + ": another program may hold the address, or the edge may not use it"
        }
        return what + ": ports below 1024 are not everybody's: start it by the systemd unit, or as root with --user "
            + "NAME, or give the program the right (setcap cap_net_bind_service=+ep), or everybody (sysctl "
            + "net.ipv4.ip_unprivileged_port_start=\(address.port))"
    }

    /// Has those listen that do not yet; the workers are about to accept.
    func listen() {
        for group in groups where !group.isKept { group.descriptors.forEach { Socket.listen(bound: $0) } }
    }

    /// What worker `number` of `workers` accepts from: every socket is at least one worker's.
    func sockets(of number: Int, workers: Int) -> [ListeningSocket] {
        groups.enumerated().flatMap { listener, group -> [ListeningSocket] in
            let count = group.descriptors.count
            guard count < workers else {
                return stride(from: number, to: count, by: workers).map {
                    ListeningSocket(
                        fd: group.descriptors[$0], listener: listener, isShared: false,
                        ending: group.isKept ? .leave : .close)
                }
            }
            guard count > 0 else { return [] }
            return [
                ListeningSocket(
                    fd: group.descriptors[number % count], listener: listener, isShared: true,
                    ending: group.isKept ? .leave : .stop)
            ]
        }
    }

    /// The descriptors that no single worker closes.
    func shared(workers: Int) -> [Int32] {
        groups.filter { $0.descriptors.count < workers || $0.isKept }.flatMap(\.descriptors)
    }

    /// Closes all of them.
    func close() {
        for group in groups { group.descriptors.forEach(Socket.close) }
    }
}

extension SocketAddress {
    /// An endpoint's address as the kernel takes it.
    init(_ address: EndpointAddress) {
        self.init(high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6)
    }
}
