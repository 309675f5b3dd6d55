internal import Glibc
internal import Reactor
internal import Routing

/// The listening sockets of all workers: each worker has its own of every TCP address (SO_REUSEPORT), and they share
/// Unix sockets, which have no such thing.
struct BoundListeners {
    /// By worker, in the configuration's order.
    var byWorker: [[WorkerListener]]
    /// As bound, with the kernel's ports.
    var addresses: [ListenAddress] = []

    /// Binds all of `listeners`; what was bound is closed again if one cannot be.
    init(_ listeners: [ListenerConfiguration], workers: Int) throws(GatewayStartError) {
        byWorker = Array(repeating: [], count: workers)
        for listener in listeners {
            do {
                switch listener.address {
                case .ip(let address): try bind(address, listener, workers)
                case .unix(let path): try bind(path, listener)
                }
            } catch {
                close()
                throw GatewayStartError(
                    description: "listener \(listener.name): \(error.call): \(error.reason):"
                        + " another program may hold the address, or the edge may not use it")
            }
        }
    }

    private mutating func bind(
        _ address: EndpointAddress, _ listener: ListenerConfiguration, _ workers: Int
    ) throws(SocketError) {
        var socket = SocketAddress(
            high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6)
        guard !Socket.isTaken(socket) else { throw SocketError(call: "bind", code: EADDRINUSE) }
        for worker in 0..<workers {
            let fd = try Socket.listen(socket)
            // Port 0: the first socket's port is everyone's.
            if socket.port == 0 { socket.port = Socket.localAddress(of: fd).port }
            add(fd, listener, port: socket.port, isShared: false, to: worker)
        }
        addresses.append(
            .ip(EndpointAddress(high: address.high, low: address.low, port: socket.port, isIPv6: address.isIPv6)))
    }

    private mutating func bind(_ path: String, _ listener: ListenerConfiguration) throws(SocketError) {
        let fd = try Socket.listen(unix: path)
        for worker in byWorker.indices { add(fd, listener, port: 0, isShared: true, to: worker) }
        addresses.append(.unix(path))
    }

    private mutating func add(
        _ fd: Int32, _ listener: ListenerConfiguration, port: UInt16, isShared: Bool, to worker: Int
    ) {
        byWorker[worker].append(
            WorkerListener(
                fd: fd, isShared: isShared, redirectsToHTTPS: listener.redirectsToHTTPS, isSecure: listener.tls != nil,
                asksForCertificate: (listener.tls?.clientAuthentication ?? .none) != .none,
                speaksHTTP2: listener.http2,
                strictLine: (listener.tls?.strictTransportSecurity).map {
                    Array("Strict-Transport-Security: \($0)\r\n".utf8)
                } ?? [],
                forwardedLines: Array(
                    "X-Forwarded-Proto: \(listener.tls == nil ? "http" : "https")\r\nX-Forwarded-Port: \(port)\r\n".utf8
                ),
                port: port))
    }

    private func close() {
        for listener in byWorker.joined() { Socket.close(listener.fd) }
    }
}
