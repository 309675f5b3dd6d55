import CLinux
import Foundation
import Glibc
import Synchronization

/// A TCP connection whose waits end: the ground of every client and backend here.
///
/// One thread reads and one writes at a time; ``shutDown()`` may come from any thread and ends their waits.
public final class Socket: Sendable {
    private let descriptor: Int32
    private let isOpen = Mutex(true)

    /// Takes over a connected descriptor.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        self.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    deinit {
        self.close()
    }

    /// Connects to `port` at 127.0.0.1.
    ///
    /// - Parameters:
    ///   - source: the local address to come from, any of 127.0.0.0/8.
    ///   - receiveBuffer: octets of the kernel's receive buffer; a small one makes a slow reader be felt soon.
    public static func connect(
        to host: String = "127.0.0.1", port: UInt16, from source: String? = nil, receiveBuffer: Int32? = nil,
        timeout: Duration = .seconds(5)
    ) throws -> Socket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("socket") }
        let result = Socket(descriptor: descriptor)
        if let receiveBuffer { result.set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        if let source {
            let status = try unsafe IPv4Address(source, port: 0).with { unsafe bind(descriptor, $0, $1) }
            guard status == 0 else { throw Self.failure("bind to \(source)") }
        }
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        let status = try unsafe IPv4Address(host, port: port).with {
            unsafe Glibc.connect(descriptor, $0, $1)
        }
        if status != 0 {
            guard errno == EINPROGRESS else { throw Self.failure("connect to \(host):\(port)") }
            guard result.wait(for: POLLOUT, by: .after(timeout)) else {
                throw LabError("connect to \(host):\(port): timed out")
            }
            let failure = result.option(SOL_SOCKET, SO_ERROR)
            guard failure == 0 else { throw Self.failure("connect to \(host):\(port)", failure) }
        }
        _ = fcntl(descriptor, F_SETFL, flags)
        return result
    }

    /// Sends all of `bytes`.
    public func send(_ bytes: [UInt8], by deadline: Deadline = .after(.seconds(10))) throws {
        guard self.isUsable else { throw Self.failure("send", EBADF) }
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
                return unsafe Glibc.send(
                    self.descriptor, rest.baseAddress, rest.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EAGAIN {
                guard self.wait(for: POLLOUT, by: deadline) else {
                    throw LabError("send: the peer took nothing more after \(sent) of \(bytes.count) octets")
                }
            } else {
                throw Self.failure("send after \(sent) octets")
            }
        }
    }

    /// Sends all of `text`.
    public func send(_ text: String, by deadline: Deadline = .after(.seconds(10))) throws {
        try self.send([UInt8](text.utf8), by: deadline)
    }

    /// Appends what has come, up to `limit` octets, to `buffer`; waits if nothing is there.
    ///
    /// - Returns: the number of octets, 0 at the end of the stream.
    @discardableResult
    public func receive(into buffer: inout [UInt8], limit: Int = 16 << 10, by deadline: Deadline) throws -> Int {
        var outcome = 0
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: limit) { room, filled in
            outcome = unsafe self.receive(UnsafeMutableRawBufferPointer(room), by: deadline)
            filled = max(0, outcome)
        }
        if outcome < 0 { throw Self.receiveFailure(outcome) }
        if buffer.isEmpty { buffer = piece } else { buffer.append(contentsOf: piece) }
        return outcome
    }

    /// Overwrites `buffer` from its start with what has come; waits if nothing is there.
    ///
    /// For bodies that are counted and not kept: no memory is moved or asked for.
    ///
    /// - Returns: the number of octets, 0 at the end of the stream.
    public func receive(over buffer: inout [UInt8], by deadline: Deadline) throws -> Int {
        let outcome = unsafe buffer.withUnsafeMutableBytes { unsafe self.receive($0, by: deadline) }
        if outcome < 0 { throw Self.receiveFailure(outcome) }
        return outcome
    }

    /// Octets received; the negative error number if that failed, 1 below all of them if `deadline` passed.
    private func receive(_ room: UnsafeMutableRawBufferPointer, by deadline: Deadline) -> Int {
        guard self.isUsable else { return -Int(EBADF) }
        while true {
            let count = unsafe recv(self.descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return count }
            guard errno == EAGAIN else { return -Int(errno) }
            guard self.wait(for: POLLIN, by: deadline) else { return Self.timedOut }
        }
    }

    private static let timedOut = -10_000

    private static func receiveFailure(_ outcome: Int) -> LabError {
        outcome == Self.timedOut ? LabError("receive: timed out") : Self.failure("receive", Int32(-outcome))
    }

    /// Everything up to the end of the stream; a reset counts as its end.
    public func receiveToEnd(by deadline: Deadline = .after(.seconds(10))) throws -> [UInt8] {
        var buffer: [UInt8] = []
        do {
            while try self.receive(into: &buffer, by: deadline) > 0 {}
        } catch let error as LabError where error.isReset {}
        return buffer
    }

    /// Waits until the peer has closed or reset; what it sends until then is thrown away.
    ///
    /// - Returns: false if `deadline` passed first.
    public func waitForEnd(by deadline: Deadline) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            do {
                if try self.receive(over: &buffer, by: deadline) == 0 { return true }
            } catch {
                return !deadline.hasPassed
            }
        }
    }

    /// Whether something can be read, or the end has come, by `deadline`.
    public func isReadable(by deadline: Deadline) -> Bool {
        self.wait(for: POLLIN, by: deadline)
    }

    /// Ends our half of the stream: the peer reads its end, and may still send.
    public func finishSending() {
        guard self.isUsable else { return }
        shutdown(self.descriptor, Int32(SHUT_WR))
    }

    /// Ends both halves at once; waits in progress return.
    ///
    /// The descriptor stays until ``close()``.
    public func shutDown() {
        self.isOpen.withLock { isOpen in
            if isOpen { shutdown(self.descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes with a reset instead of an orderly end.
    public func reset() {
        guard self.isUsable else { return }
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            self.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        self.close()
    }

    /// Closes; once is enough, more does no harm.
    public func close() {
        self.isOpen.withLock { isOpen in
            if isOpen { Glibc.close(self.descriptor) }
            isOpen = false
        }
    }

    /// Whether the descriptor still is ours: once closed, its number may be another socket's.
    private var isUsable: Bool { self.isOpen.withLock { $0 } }

    private func wait(for events: Int32, by deadline: Deadline) -> Bool {
        guard self.isUsable else { return false }
        var entry = pollfd(fd: self.descriptor, events: Int16(events), revents: 0)
        while true {
            let count = unsafe poll(&entry, 1, deadline.pollMilliseconds)
            if count > 0 { return true }
            if count == 0, deadline.hasPassed { return false }
        }
    }

    private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(self.descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func option(_ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(self.descriptor, level, name, &value, &size)
        return value
    }

    static func reason(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }

    static func failure(_ what: String, _ code: Int32 = errno) -> LabError {
        LabError("\(what): \(Self.reason(code))")
    }
}
