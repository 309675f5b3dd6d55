internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix

/// Notices servers that vanish without a word.
enum KeepAlive {
    /// Notices them in half a minute.
    static let initializer = initializer(within: .seconds(30))

    /// Has the kernel ask whether the other side is still there, so that a server that vanished without closing its
    /// connections is noticed within `time` and not only when an answer is overdue; zero: nothing is asked.
    static func initializer(within time: Duration) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        guard time > .zero else { return { $0.eventLoop.makeSucceededVoidFuture() } }
        // Half of the time without a word, then three questions; Linux takes no more than 32,767 s.
        let seconds = time.components.seconds
        let idle = Int(clamping: max(1, seconds / 2))
        let interval = Int(clamping: max(1, seconds / 6))
        return { channel in
            channel.setOption(.socketOption(.so_keepalive), value: 1).flatMap {
                channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: idle)
            }.flatMap {
                channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: interval)
            }.flatMap {
                channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
            }
        }
    }
}
