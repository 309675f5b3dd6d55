import Glibc

@testable import Lab

/// A listening socket whose queue is full: whoever connects now waits.
final class FullListener {
    let port: UInt16
    private let descriptor: Int32
    private var fillers: [Int32] = []

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let bound = try unsafe IPv4Address("127.0.0.1", port: 0).with { unsafe bind(descriptor, $0, $1) }
        guard bound == 0, listen(descriptor, 0) == 0 else { throw Socket.failure("listen") }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        self.descriptor = descriptor
        let port = UInt16(bigEndian: address.sin_port)
        self.port = port
        // A queue of 0 holds one connection; the others are left waiting for their answer.
        for _ in 0..<4 {
            let filler = socket(
                AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            _ = try unsafe IPv4Address("127.0.0.1", port: port).with { unsafe connect(filler, $0, $1) }
            fillers.append(filler)
        }
    }

    deinit {
        for filler in fillers { close(filler) }
        close(descriptor)
    }
}
