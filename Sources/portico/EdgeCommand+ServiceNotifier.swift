import CLinux
import Glibc

extension EdgeCommand {
    /// Tells systemd how the service does, by sd_notify(3)'s protocol: a datagram to the socket that `NOTIFY_SOCKET` names.
    ///
    /// Does nothing where there is no such socket; what cannot be sent is not worth an error.
    struct ServiceNotifier: Sendable {
        private let path: String
        /// How often the supervisor wants to hear that the service lives; nil if it does not (sd_watchdog_enabled(3)).
        let watchdog: Duration?

        /// A notifier for this environment.
        init(environment: [String: String]) {
            path = environment["NOTIFY_SOCKET"] ?? ""
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

        // Safety: the array goes with its own count, for the call alone.
        private func send(_ message: String) {
            guard path.hasPrefix("/") || path.hasPrefix("@") else { return }
            let octets = Array(message.utf8)
            _ = unsafe portico_send_datagram(path, octets, octets.count, 1)
        }
    }
}
