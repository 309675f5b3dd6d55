import CLinux
import Foundation

/// A listening socket at 127.0.0.1.
final class Listener: Sendable {
    /// Where it listens.
    let port: UInt16
    private let descriptor: Int32

    /// Listens at `port`; 0 lets the kernel choose.
    init(port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Socket.failure("socket") }
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let status = try unsafe IPv4Address("127.0.0.1", port: port).with { unsafe bind(descriptor, $0, $1) }
        guard status == 0, listen(descriptor, 1024) == 0 else {
            let failure = Socket.failure("listen at 127.0.0.1:\(port)")
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(descriptor)
    }

    deinit {
        close(self.descriptor)
    }

    /// The next connection; nil once the listener was stopped.
    func accept() -> Socket? {
        while true {
            let connection = portico_accept(self.descriptor, nil)
            if connection >= 0 { return Socket(descriptor: connection) }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Stops listening: connections are refused from now on, and a thread in ``accept()`` returns.
    ///
    /// The descriptor stays until nobody holds the listener: a thread on its way into ``accept()`` must not find another's
    /// socket under its number.
    func stop() {
        shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
