import Glibc
import Synchronization

@testable import Lab

/// A listener at every address of this machine, which takes connections, notes when they came, and closes them.
final class EveryAddress: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let times = Guarded<[ContinuousClock.Instant]>([])

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let bound = try unsafe IPv4Address("0.0.0.0", port: 0).with { unsafe bind(descriptor, $0, $1) }
        guard bound == 0, listen(descriptor, 4_096) == 0 else { throw Socket.failure("listen") }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        let times = times
        _ = Background {
            while true {
                let connection = accept(descriptor, nil, nil)
                if connection >= 0 {
                    close(connection)
                    times.change { $0.append(.now) }
                } else if errno != EINTR, errno != ECONNABORTED {
                    return
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Waits until so many connections have come, and says when each of them did.
    func arrivals(_ count: Int, within duration: Duration) throws -> [ContinuousClock.Instant] {
        guard
            let all = times.wait(
                until: .after(duration), for: { all -> [ContinuousClock.Instant]? in all.count >= count ? all : nil })
        else {
            throw LabError("only \(times.read { $0.count }) connections have come after \(duration)")
        }
        return all
    }
}
