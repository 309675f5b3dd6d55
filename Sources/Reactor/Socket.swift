internal import CLinux
internal import Glibc

/// What a read or write came to.
@frozen
public enum Transfer: Sendable, Equatable {
    /// So many octets.
    case bytes(Int)
    /// Nothing now; the poller will tell.
    case wouldBlock
    /// The peer has ended its side.
    case ended
    /// The connection is broken.
    case failed(Int32)
}

/// Why a socket could not be made: the call and its errno.
public struct SocketError: Error, Sendable {
    /// The system call.
    public let call: StaticString
    /// Its errno.
    public let code: Int32

    /// A failed `call`.
    public init(call: StaticString, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The errno in words.
    public var reason: String {
        unsafe String(cString: strerror(code))
    }
}

/// The socket calls of the data plane, each non-blocking and close-on-exec.
public enum Socket {
    private static let streamFlags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    /// A listening TCP socket of which every worker has its own (SO_REUSEPORT).
    ///
    /// - Parameter clientSpeaksFirst: connections are told of once the client has sent something; not where it may wait for
    ///   the other side to speak.
    public static func listen(
        _ address: SocketAddress, backlog: Int32 = 4096, clientSpeaksFirst: Bool = true
    ) throws(SocketError) -> Int32 {
        let fd = try bind(address, clientSpeaksFirst: clientSpeaksFirst)
        guard listen(bound: fd, backlog: backlog) else {
            throw closing(fd, SocketError(call: "listen", code: errno))
        }
        return fd
    }

    /// Has a socket of ``bind(_:clientSpeaksFirst:)`` take connections; of one that does already it sets the length of the
    /// queue.
    @discardableResult
    public static func listen(bound fd: Int32, backlog: Int32 = 4096) -> Bool {
        Glibc.listen(fd, backlog) == 0
    }

    /// What ``listen(_:backlog:clientSpeaksFirst:)`` makes, but it takes no connections yet.
    public static func bind(_ address: SocketAddress, clientSpeaksFirst: Bool = true) throws(SocketError) -> Int32 {
        let fd = socket(
            address.isIPv6 ? AF_INET6 : AF_INET,
            streamFlags, 0)
        guard fd >= 0 else { throw SocketError(call: "socket", code: errno) }
        set(fd, SOL_SOCKET, SO_REUSEADDR, 1)
        set(fd, SOL_SOCKET, SO_REUSEPORT, 1)
        // [::] also takes IPv4, as every peer does.
        if address.isIPv6 { set(fd, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        // Accepted connections inherit it: one call a listener instead of one a connection.
        set(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        expectClient(first: clientSpeaksFirst, at: fd)
        guard unsafe address.withSockaddr({ unsafe portico_bind(fd, $0, $1) }) == 0 else {
            throw closing(fd, SocketError(call: "bind", code: errno))
        }
        return fd
    }

    /// Whether a listening socket tells of a connection only once its request is there: one wake-up instead of two for short
    /// connections.
    public static func expectClient(first: Bool, at fd: Int32) {
        set(fd, Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, first ? 1 : 0)
    }

    /// Whether another process listens at `address`.
    ///
    /// SO_REUSEPORT would let two edges share a port in silence; a socket without it is refused where one listens.
    public static func isTaken(_ address: SocketAddress) -> Bool {
        guard address.port != 0 else { return false }
        let fd = socket(address.isIPv6 ? AF_INET6 : AF_INET, streamFlags, 0)
        guard fd >= 0 else { return false }
        defer { _ = Glibc.close(fd) }
        set(fd, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.isIPv6 { set(fd, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        let result = unsafe address.withSockaddr { unsafe portico_bind(fd, $0, $1) }
        return result != 0 && errno == EADDRINUSE
    }

    /// A listening Unix socket at `path`, replacing a stale one.
    public static func listen(unix path: String, backlog: Int32 = 4096) throws(SocketError) -> Int32 {
        let fd = socket(AF_UNIX, streamFlags, 0)
        guard fd >= 0 else { throw SocketError(call: "socket", code: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard bytes.count < room.count else { return false }
            unsafe room.copyBytes(from: bytes)
            return true
        }
        guard fits else { throw closing(fd, SocketError(call: "bind", code: ENAMETOOLONG)) }
        _ = unsafe unlink(path)
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe portico_bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw closing(fd, SocketError(call: "bind", code: errno)) }
        guard Glibc.listen(fd, backlog) == 0 else { throw closing(fd, SocketError(call: "listen", code: errno)) }
        return fd
    }

    /// The address that a socket is bound to.
    public static func localAddress(of fd: Int32) -> SocketAddress {
        var storage = sockaddr_storage()
        _ = unsafe portico_getsockname(fd, &storage)
        return SocketAddress(storage)
    }

    /// The next connection at a listening socket with its peer's address; nil and errno in `code` when there is none.
    public static func accept(_ listener: Int32, peer: inout SocketAddress, code: inout Int32) -> Int32? {
        var storage = sockaddr_storage()
        let fd = unsafe portico_accept(listener, &storage)
        guard fd >= 0 else {
            code = errno
            return nil
        }
        peer = SocketAddress(storage)
        return fd
    }

    /// Starts connecting to `address`.
    ///
    /// The poller tells when it is up or has failed.
    public static func connect(_ address: SocketAddress) throws(SocketError) -> Int32 {
        let fd = socket(
            address.isIPv6 ? AF_INET6 : AF_INET,
            streamFlags, 0)
        guard fd >= 0 else { throw SocketError(call: "socket", code: errno) }
        set(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let result = unsafe address.withSockaddr { unsafe portico_connect(fd, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            throw closing(fd, SocketError(call: "connect", code: errno))
        }
        return fd
    }

    /// The error that a connection attempt ended with, 0 when it is up.
    public static func pendingError(_ fd: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(4)
        return unsafe getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) == 0 ? code : errno
    }

    /// Reads once into `buffer`.
    @inline(__always)
    public static func receive(_ fd: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = unsafe recv(fd, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno)
            }
        }
    }

    /// Copies what waits to be read into `buffer` and leaves it there: all of it, as far as there is room.
    public static func peek(_ fd: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = unsafe recv(fd, buffer.baseAddress, buffer.count, Int32(MSG_PEEK))
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno)
            }
        }
    }

    /// Moves up to `count` octets from a socket into a pipe, or from a pipe into a socket, without copying them.
    public static func splice(from source: Int32, to sink: Int32, count: Int) -> Transfer {
        while true {
            let moved = portico_splice(source, sink, UInt(count))
            if moved > 0 { return .bytes(moved) }
            if moved == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno)
            }
        }
    }

    /// Sends once from `bytes`.
    public static func send(_ fd: Int32, _ bytes: UnsafeRawBufferPointer, more: Bool = false) -> Transfer {
        let flags = Int32(MSG_NOSIGNAL) | (more ? Int32(MSG_MORE) : 0)
        while true {
            let count = unsafe Glibc.send(fd, bytes.baseAddress, bytes.count, flags)
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno)
            }
        }
    }

    /// Sends once from several pieces, gathered into one call.
    public static func send(_ fd: Int32, _ pieces: Pieces) -> Transfer {
        let used = pieces.used
        var pieces = pieces
        while true {
            let count = unsafe withUnsafeMutablePointer(to: &pieces.vectors) { vectors in
                unsafe vectors.withMemoryRebound(to: iovec.self, capacity: Pieces.limit) { first in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = first
                    unsafe message.msg_iovlen = used
                    return unsafe sendmsg(fd, &message, Int32(MSG_NOSIGNAL))
                }
            }
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno)
            }
        }
    }

    /// Makes a listening socket that another process has opened one as ``listen(_:backlog:)`` opens them.
    ///
    /// - Returns: whether it is a listening stream socket.
    public static func adoptListener(_ fd: Int32, backlog: Int32 = 4096) -> Bool {
        guard option(fd, SO_ACCEPTCONN) == 1, option(fd, SO_TYPE) == Int32(SOCK_STREAM.rawValue) else { return false }
        _ = fcntl(fd, F_SETFD, FD_CLOEXEC)
        _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK)
        if option(fd, SO_DOMAIN) != AF_UNIX {
            set(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            set(fd, Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, 1)
        }
        // Of a socket that listens already it sets the length of the queue.
        _ = Glibc.listen(fd, backlog)
        return true
    }

    /// The path that a Unix socket is bound to; nil for others.
    public static func localPath(of fd: Int32) -> String? {
        guard option(fd, SO_DOMAIN) == AF_UNIX else { return nil }
        var storage = sockaddr_storage()
        guard unsafe portico_getsockname(fd, &storage) == 0 else { return nil }
        return unsafe withUnsafeBytes(of: &storage) { bytes in
            unsafe String(decoding: bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// Has a listening TCP socket take no new handshakes, while those under way go on: who begins one gets no answer and
    /// tries again a second later, when it is refused or another process listens.
    public static func refuseHandshakes(_ fd: Int32) {
        _ = portico_refuse_handshakes(fd)
    }

    private static func option(_ fd: Int32, _ option: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(4)
        return unsafe getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1
    }

    /// Has a listening socket refuse connections, whoever else holds the descriptor.
    public static func stopListening(_ fd: Int32) {
        _ = shutdown(fd, Int32(SHUT_RDWR))
    }

    /// Ends our side; what the peer still sends can be read.
    public static func shutdownWrite(_ fd: Int32) {
        _ = shutdown(fd, Int32(SHUT_WR))
    }

    /// A descriptor that stands for nothing: /dev/null.
    public static func placeholder() -> Int32 {
        unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    }

    /// Closes a descriptor.
    public static func close(_ fd: Int32) {
        _ = Glibc.close(fd)
    }

    /// Closes a connection with a reset, so that the peer sees that what it got is not all.
    public static func abort(_ fd: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(fd, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        _ = Glibc.close(fd)
    }

    private static func set(_ fd: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(fd, level, option, &value, socklen_t(4))
    }

    private static func closing(_ fd: Int32, _ error: SocketError) -> SocketError {
        _ = Glibc.close(fd)
        return error
    }
}
