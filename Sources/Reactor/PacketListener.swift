internal import CLinux
internal import Glibc
internal import Synchronization

/// A Unix socket in the file system where processes of this machine connect a ``PacketChannel``.
///
/// The file is its owner's alone. ``stop()`` ends a wait in ``accept()`` and takes the file away, unless another listener
/// has put its own in its place.
public final class PacketListener: Sendable {
    /// Where it listens.
    public let path: String
    private let fd: Int32
    private let identity: portico_file_identity
    private let isStopped = Atomic<Bool>(false)

    /// Listens at `path`, in place of what is there.
    public init(path: String) throws(SocketError) {
        let fd = unsafe portico_listen_packets(path)
        guard fd >= 0 else { throw SocketError(call: "bind", code: errno) }
        self.fd = fd
        self.path = path
        identity = Self.identity(of: path)
    }

    deinit {
        stop()
        _ = close(fd)
    }

    /// The next connection; nil once the listener was stopped.
    public func accept() -> PacketChannel? {
        while !isStopped.load(ordering: .acquiring) {
            let connection = portico_accept_packets(fd)
            if connection >= 0 { return PacketChannel(fd: connection) }
            switch errno {
            case EINTR, ECONNABORTED: continue
            default: return nil
            }
        }
        return nil
    }

    /// Takes no more connections, and takes the file away.
    public func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let now = Self.identity(of: path)
        if now.device == identity.device, now.inode == identity.inode { _ = unsafe unlink(path) }
        _ = shutdown(fd, Int32(SHUT_RDWR))
    }

    private static func identity(of path: String) -> portico_file_identity {
        var identity = portico_file_identity()
        _ = unsafe portico_identify_file(path, &identity)
        return identity
    }
}
