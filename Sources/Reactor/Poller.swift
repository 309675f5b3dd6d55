internal import CLinux
internal import Glibc

/// What one epoll event says.
@frozen
public struct PollEvent: Sendable {
    /// The word that was registered with the descriptor.
    public var token: UInt64
    /// What became ready.
    public var readiness: Readiness
}

/// An epoll instance: each descriptor is registered once, for everything, edge-triggered.
@safe
public struct Poller: ~Copyable {
    private let epoll: Int32
    private var events: UnsafeMutablePointer<epoll_event>
    private static var batch: Int { 256 }

    /// A new instance; nil when the process has no descriptor left.
    public init?() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { return nil }
        unsafe events = .allocate(capacity: Self.batch)
    }

    deinit {
        _ = close(epoll)
        unsafe events.deallocate()
    }

    /// Registers `fd` for reads, writes and the peer's end, edge-triggered; `token` comes back with its events.
    public func add(_ fd: Int32, token: UInt64) -> Bool {
        register(
            fd, token: token,
            events: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue)
    }

    /// Registers a listening socket or an eventfd: reads only, level-triggered, so that what is left is told again.
    public func addLevelTriggered(_ fd: Int32, token: UInt64, exclusive: Bool = false) -> Bool {
        register(fd, token: token, events: EPOLLIN.rawValue | (exclusive ? EPOLLEXCLUSIVE.rawValue : 0))
    }

    /// Takes `fd` out, which closing it does too.
    public func remove(_ fd: Int32) {
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nil)
    }

    private func register(_ fd: Int32, token: UInt64, events: UInt32) -> Bool {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = token
        return unsafe epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0
    }

    /// Waits up to `milliseconds` (-1: without limit, 0: not at all) and returns the number of events.
    public func wait(milliseconds: Int32) -> Int {
        Int(max(0, unsafe epoll_wait(epoll, events, Int32(Self.batch), milliseconds)))
    }

    /// The event at `index` of the last wait.
    public func event(_ index: Int) -> PollEvent {
        precondition(index < Self.batch)
        let event = unsafe events[index]
        var readiness: Readiness = []
        if unsafe event.events & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
        if unsafe event.events & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
        if unsafe event.events & EPOLLRDHUP.rawValue != 0 { readiness.formUnion([.readable, .peerClosed]) }
        if unsafe event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
            readiness.formUnion([.readable, .writable, .peerClosed, .broken])
        }
        return unsafe PollEvent(token: event.data.u64, readiness: readiness)
    }
}
