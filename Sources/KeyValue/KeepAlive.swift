internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix

/// Notices servers that vanish without a word.
enum KeepAlive {
    /// Has the kernel ask whether the other side is still there, so that a server that vanished without closing its
    /// connections is noticed in half a minute and not only when an answer is overdue.
    static let initializer: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        channel.setOption(.socketOption(.so_keepalive), value: 1).flatMap {
            channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 15)
        }.flatMap {
            channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 5)
        }.flatMap {
            channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
        }
    }
}
