internal import CLinux
internal import Glibc

/// A connection to another process of this machine that carries packets with descriptors (unix(7), SOCK_SEQPACKET).
///
/// Calls block, so it is for threads that may wait; one sends and one receives at a time.
public final class PacketChannel: Sendable {
    /// One packet.
    public struct Packet: Sendable {
        /// What it says.
        public var octets: [UInt8]
        /// The descriptors that came with it, close-on-exec; whoever has the packet closes them.
        public var descriptors: [Int32]
    }

    /// Octets of a packet, at most.
    public static let octetsMaximum = 32 << 10
    /// Descriptors of a packet, at most; the kernel takes 253.
    public static let descriptorsMaximum = Int(PORTICO_DESCRIPTORS_MAX)

    private let fd: Int32

    /// Takes over a connected descriptor.
    init(fd: Int32) {
        self.fd = fd
    }

    deinit {
        _ = close(fd)
    }

    /// A connection to who listens at `path`.
    public static func connect(to path: String) throws(SocketError) -> PacketChannel {
        let fd = unsafe portico_connect_packets(path)
        guard fd >= 0 else { throw SocketError(call: "connect", code: errno) }
        return PacketChannel(fd: fd)
    }

    /// The user and the process at the other end, as the kernel saw them when they connected or began to listen.
    public var peer: (user: UInt32, process: Int32)? {
        var user: UInt32 = 0
        var process: Int32 = 0
        guard unsafe portico_peer(fd, &user, &process) == 0 else { return nil }
        return (user, process)
    }

    /// Sends one packet.
    public func send(_ octets: [UInt8], descriptors: [Int32] = []) throws(SocketError) {
        guard octets.count <= Self.octetsMaximum else { throw SocketError(call: "sendmsg", code: EMSGSIZE) }
        guard
            unsafe portico_send_packet(fd, octets, Int32(octets.count), descriptors, Int32(descriptors.count)) == 0
        else { throw SocketError(call: "sendmsg", code: errno) }
    }

    /// Waits up to `milliseconds` for the next packet; nil at the end of the stream, ETIMEDOUT when there was none.
    public func receive(milliseconds: Int32) throws(SocketError) -> Packet? {
        guard Self.wait(fd, milliseconds) else { throw SocketError(call: "recvmsg", code: ETIMEDOUT) }
        var octets = [UInt8](repeating: 0, count: Self.octetsMaximum)
        var descriptors = [Int32](repeating: -1, count: Self.descriptorsMaximum)
        var number: Int32 = 0
        let count = unsafe portico_receive_packet(fd, &octets, Int32(octets.count), &descriptors, &number)
        guard count >= 0 else { throw SocketError(call: "recvmsg", code: errno) }
        guard count > 0 else { return nil }
        return Packet(octets: Array(octets.prefix(Int(count))), descriptors: Array(descriptors.prefix(Int(number))))
    }

    /// Whether something can be read from `fd`, or its end has come, within `milliseconds`.
    static func wait(_ fd: Int32, _ milliseconds: Int32) -> Bool {
        let deadline = MonotonicClock.now &+ UInt64(max(0, milliseconds)) * 1_000_000
        var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        while true {
            let now = MonotonicClock.now
            let left = milliseconds < 0 ? -1 : Int32(clamping: (max(deadline, now) - now + 999_999) / 1_000_000)
            let count = unsafe poll(&entry, 1, left)
            if count > 0 { return true }
            if count == 0, milliseconds >= 0, MonotonicClock.now >= deadline { return false }
            if count < 0, errno != EINTR { return false }
        }
    }
}
