import CLinux
import Foundation
import Glibc
import Synchronization

/// The thread that listens for all ``FakeEngines``, reads requests and writes answers.
final class FakeEngineLoop: Sendable {
    /// What an engine says, what happened by it, and how the answer is to be spoilt.
    typealias Responder =
        @Sendable (_ engine: Int, FakeRequest) -> (reply: FakeReply, news: [[UInt8]], fault: FakeFault?)

    /// What the thread is told to do.
    enum Order: Sendable {
        /// Listen no more, and cut what is connected.
        case close(Int)
        /// Listen again.
        case open(Int)
        case stop
    }

    private let hosts: [String]
    private let port: UInt16
    private let poll: Int32
    private let bell: Int32
    private let orders = Mutex<[Order]>([])
    private let counts: Mutex<[Int]>
    private let listeners: Mutex<[Int32]>

    private static let bellToken = UInt64.max
    /// Tokens from here on are connections'; those below are engines' listeners.
    private static let firstConnection: UInt64 = 1 << 32

    /// Listens at `port` of all `hosts`.
    init(hosts: [String], port: UInt16) throws {
        self.hosts = hosts
        self.port = port
        self.poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        self.bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard self.poll >= 0, self.bell >= 0 else { throw Socket.failure("epoll") }
        self.counts = Mutex(hosts.map { _ in 0 })
        self.listeners = Mutex(hosts.map { _ in -1 })
        self.watch(self.bell, Self.bellToken)
        for engine in hosts.indices { try self.listen(engine) }
    }

    /// Connections that are open to an engine.
    func connections(of engine: Int) -> Int { self.counts.withLock { $0[engine] } }

    /// Begins to serve.
    func start(_ responder: @escaping Responder) {
        Thread.detachNewThread { self.run(responder) }
    }

    /// Has the thread do something; it is done a moment later.
    func order(_ order: Order) {
        self.orders.withLock { $0.append(order) }
        _ = eventfd_write(self.bell, 1)
    }

    /// Ends it: all connections are cut, and addresses are free a moment later.
    func stop() { self.order(.stop) }

    // MARK: - The thread

    private func run(_ responder: Responder) {
        var connections: [UInt64: FakeConnection] = [:]
        var late: [(moment: ContinuousClock.Instant, connection: UInt64, octets: [UInt8])] = []
        var last = Self.firstConnection
        var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)

        func end(_ connection: FakeConnection) {
            connections[connection.token] = nil
            close(connection.descriptor)
            self.counts.withLock { $0[connection.engine] -= 1 }
        }

        while true {
            let wait = late.map(\.moment).min().map {
                max(0, Int32((ContinuousClock.now.duration(to: $0)).inMilliseconds) + 1)
            }
            let count = unsafe epoll_wait(self.poll, &events, 256, wait ?? -1)
            for index in 0..<max(0, Int(count)) {
                let token = unsafe events[index].data.u64
                if token == Self.bellToken {
                    var value: eventfd_t = 0
                    _ = unsafe eventfd_read(self.bell, &value)
                } else if token < Self.firstConnection {
                    while let descriptor = self.accept(Int(token)) {
                        last += 1
                        connections[last] = FakeConnection(descriptor, engine: Int(token), token: last)
                        self.counts.withLock { $0[Int(token)] += 1 }
                        self.watch(descriptor, last)
                    }
                } else if let connection = connections[token] {
                    connection.receive()
                    while let request = connection.nextRequest() {
                        let (reply, news, fault) = responder(connection.engine, request)
                        for octets in news {
                            for other in connections.values where other.engine == connection.engine && other.isFollowing
                            {
                                other.send(chunk: octets)
                            }
                        }
                        if case .slow(let delay) = fault {
                            late.append((.now + delay, token, connection.octets(of: reply, to: request)))
                        } else {
                            connection.answer(reply, to: request, fault)
                        }
                    }
                    if connection.isOver { end(connection) } else { self.rearm(connection) }
                }
            }
            let now = ContinuousClock.now
            for entry in late where entry.moment <= now {
                connections[entry.connection]?.send(entry.octets)
            }
            late.removeAll { $0.moment <= now }
            let orders = self.orders.withLock { orders in
                defer { orders = [] }
                return orders
            }
            for order in orders {
                switch order {
                case .close(let engine):
                    self.stopListening(engine)
                    for connection in connections.values where connection.engine == engine { end(connection) }
                case .open(let engine): try? self.listen(engine)
                case .stop:
                    for connection in connections.values { end(connection) }
                    for engine in self.hosts.indices { self.stopListening(engine) }
                    close(self.bell)
                    close(self.poll)
                    return
                }
            }
        }
    }

    private func accept(_ engine: Int) -> Int32? {
        let listener = self.listeners.withLock { $0[engine] }
        guard listener >= 0 else { return nil }
        let descriptor = portico_accept(listener, nil)
        return descriptor < 0 ? nil : descriptor
    }

    private func listen(_ engine: Int) throws {
        guard self.listeners.withLock({ $0[engine] }) < 0 else { return }
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_INET, Int32(type), 0)
        guard descriptor >= 0 else { throw Socket.failure("socket") }
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let status = try unsafe IPv4Address(self.hosts[engine], port: self.port).with {
            unsafe bind(descriptor, $0, $1)
        }
        guard status == 0, Glibc.listen(descriptor, 128) == 0 else {
            let failure = Socket.failure("listen at \(self.hosts[engine]):\(self.port)")
            close(descriptor)
            throw failure
        }
        self.listeners.withLock { $0[engine] = descriptor }
        self.watch(descriptor, UInt64(engine))
    }

    private func stopListening(_ engine: Int) {
        self.listeners.withLock { listeners in
            if listeners[engine] >= 0 { close(listeners[engine]) }
            listeners[engine] = -1
        }
    }

    private func watch(_ descriptor: Int32, _ token: UInt64) {
        self.control(EPOLL_CTL_ADD, descriptor, token, EPOLLIN.rawValue)
    }

    /// Has a connection told of when there is room, while something waits to be sent.
    private func rearm(_ connection: FakeConnection) {
        guard connection.isWaitingForRoom != connection.isWatchedForRoom else { return }
        connection.isWatchedForRoom = connection.isWaitingForRoom
        let events = EPOLLIN.rawValue | (connection.isWaitingForRoom ? EPOLLOUT.rawValue : 0)
        self.control(EPOLL_CTL_MOD, connection.descriptor, connection.token, events)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ token: UInt64, _ events: UInt32) {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = token
        _ = unsafe epoll_ctl(self.poll, operation, descriptor, &event)
    }
}
