import CLinux
import Glibc

extension EdgeCommand {
    /// Tells systemd how the service does, by sd_notify(3)'s protocol: a datagram to the socket that `NOTIFY_SOCKET` names.
    ///
    /// Does nothing where there is no such socket; what cannot be sent is not worth an error.
    struct ServiceNotifier: Sendable {
        private let path: [UInt8]
        /// How often the supervisor wants to hear that the service lives; nil if it does not (sd_watchdog_enabled(3)).
        let watchdog: Duration?

        /// A notifier for this environment.
        init(environment: [String: String]) {
            path = Array((environment["NOTIFY_SOCKET"] ?? "").utf8)
            let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
            let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
            watchdog = isForUs && !path.isEmpty ? microseconds.map { .microseconds($0) } : nil
        }

        /// Whether anybody listens.
        var isHeard: Bool { !path.isEmpty }

        /// What `systemctl status` shows from now on.
        func status(_ text: String) {
            send("STATUS=\(text)")
        }

        /// The service lives.
        func isAlive() {
            send("WATCHDOG=1")
        }

        /// The service serves; `status` is what `systemctl status` shows.
        func ready(status: String) {
            send("READY=1\nSTATUS=\(status)")
        }

        /// The configuration is being read anew; ``ready(status:)`` ends it.
        func reloading() {
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            send("RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1_000)")
        }

        /// Another process is the service's from now on.
        func hasSuccessor(_ process: Int32) {
            send("MAINPID=\(process)")
        }

        /// The service drains and stops.
        func stopping() {
            send("STOPPING=1")
        }

        // Safety: the address lies on the stack for the length of the call, and its length is that of the path in it.
        private func send(_ message: String) {
            var address = sockaddr_un()
            let room = MemoryLayout.size(ofValue: address.sun_path)
            guard !path.isEmpty, path.count < room, path[0] == UInt8(ascii: "/") || path[0] == UInt8(ascii: "@") else {
                return
            }
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
                unsafe buffer.copyBytes(from: path)
                // An abstract socket's name begins with NUL.
                if path[0] == UInt8(ascii: "@") { unsafe buffer[0] = 0 }
            }
            let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else { return }
            defer { close(socket) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
            let octets = Array(message.utf8)
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    _ = unsafe octets.withUnsafeBytes {
                        unsafe sendto(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), generic, length)
                    }
                }
            }
        }
    }
}
