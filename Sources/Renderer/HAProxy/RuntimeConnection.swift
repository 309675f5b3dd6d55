internal import CLinux
internal import Glibc

/// A connected socket whose every wait has an end.
///
/// Its calls block, so they belong on a ``BlockingThread``; one at a time.
// Safety: the descriptor is owned by this object and closed once; buffers and addresses are passed with their own sizes for
// the length of a call.
final class RuntimeConnection: Sendable {
    private let descriptor: Int32
    private let address: RuntimeAddress

    /// Connects by `deadline`.
    init(_ address: RuntimeAddress, by deadline: ContinuousClock.Instant) throws(HAProxyFailure) {
        self.address = address
        let family =
            switch address.kind {
            case .unix, .abstract: AF_UNIX
            case .ip(let ip): ip.octets.count == 4 ? AF_INET : AF_INET6
            }
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw HAProxyFailure("\(address): socket: \(Self.reason(errno))") }
        let status =
            switch address.kind {
            case .unix(let path): try Self.connect(descriptor, Array(path.utf8), isAbstract: false)
            case .abstract(let name): try Self.connect(descriptor, Array(name.utf8), isAbstract: true)
            case .ip(let ip): Self.connect(descriptor, ip)
            }
        guard status != 0 else { return }
        // A Unix socket whose backlog is full says EAGAIN, and nothing would tell when it is not any more.
        guard errno == EINPROGRESS else { throw failure("connect", errno) }
        try wait(for: POLLOUT, by: deadline, "connect")
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        if unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) != 0 { code = errno }
        guard code == 0 else { throw failure("connect", code) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Sends all of `text`.
    func send(_ text: String, by deadline: ContinuousClock.Instant) throws(HAProxyFailure) {
        var rest = Array(text.utf8)
        while !rest.isEmpty {
            let count = unsafe Glibc.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
            if count > 0 {
                rest.removeFirst(count)
            } else if count < 0, errno == EAGAIN {
                try wait(for: POLLOUT, by: deadline, "send")
            } else if count == 0 || errno != EINTR {
                throw failure("send", errno)
            }
        }
    }

    /// What has come, as soon as something has; nothing at the end.
    func receive(by deadline: ContinuousClock.Instant) throws(HAProxyFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let size = buffer.count
        while true {
            let count = unsafe recv(descriptor, &buffer, size, 0)
            if count >= 0 { return Array(buffer[..<count]) }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: POLLIN, by: deadline, "receive")
            default: throw failure("receive", errno)
            }
        }
    }

    /// Says that nothing more will be sent.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    private func wait(
        for events: Int32, by deadline: ContinuousClock.Instant, _ what: String
    ) throws(HAProxyFailure) {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let (seconds, attoseconds) = (deadline - .now).components
            let milliseconds = max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
            let count = unsafe poll(&entry, 1, Int32(clamping: milliseconds + 1))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw failure(what, errno) }
            if deadline < .now { throw HAProxyFailure("\(address): \(what): timed out") }
        }
    }

    private func failure(_ call: String, _ code: Int32) -> HAProxyFailure {
        HAProxyFailure("\(address): \(call): \(Self.reason(code))")
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

    private static func connect(
        _ descriptor: Int32, _ name: [UInt8], isAbstract: Bool
    ) throws(HAProxyFailure) -> Int32 {
        let status = unsafe portico_connect_local(descriptor, name, Int32(clamping: name.count), isAbstract ? 1 : 0)
        guard status != 0, errno == ENAMETOOLONG else { return status }
        throw HAProxyFailure("\(String(decoding: name, as: UTF8.self)): longer than a socket's path may be (107)")
    }

    private static func connect(_ descriptor: Int32, _ ip: HAProxyAddress) -> Int32 {
        unsafe portico_connect_network(descriptor, ip.octets, Int32(clamping: ip.octets.count), ip.port)
    }
}
