public import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

extension DockerEngine {
    /// A connection of its own to the engine, on which the caller speaks what it likes: for requests that become streams.
    ///
    /// Over TLS, the handshake is done. The channel reads when it is told to (`autoRead` is off), and either direction may
    /// end before the other.
    ///
    /// - Parameters:
    ///   - eventLoop: the loop that the channel is to belong to.
    ///
    /// Throws ``DockerError/Kind/unreachable`` if there is none within ``EngineLimits/connect``.
    public func openChannel(on eventLoop: any EventLoop) async throws(DockerError) -> any Channel {
        do {
            let (context, location) = (try transport.streamContext(), address.location)
            let bootstrap = ClientBootstrap(group: eventLoop)
                .connectTimeout(TimeAmount(limits.connect))
                .channelOption(.autoRead, value: false)
                .channelOption(.allowRemoteHalfClosure, value: true)
            switch location {
            case .unix(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path).get()
            case .network(let host, let port):
                let limit = TimeAmount(limits.connect)
                let channel = try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .channelInitializer { channel in EngineTransport.keepAlive(channel) }
                    .connect(host: host, port: port).get()
                guard let context else { return channel }
                return try await Self.secure(channel, context, host: host, within: limit)
            }
        } catch {
            throw EngineFailure.describe(error, what: "connect", engine: "\(address)")
        }
    }

    private static func secure(
        _ channel: any Channel, _ context: NIOSSLContext, host: String, within limit: TimeAmount
    ) async throws -> any Channel {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        do {
            try await channel.eventLoop.submit {
                let waiter = HandshakeWaiter(promise, limit: limit)
                let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
                let handler = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
                try channel.pipeline.syncOperations.addHandlers([handler, waiter])
            }.get()
        } catch {
            promise.fail(error)
            channel.close(promise: nil)
            throw error
        }
        do {
            try await promise.futureResult.get()
            return channel
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }
}

/// Waits until a channel's TLS handshake is done, and leaves its pipeline.
private final class HandshakeWaiter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<Void>
    private let limit: TimeAmount
    private var timer: Scheduled<Void>?

    init(_ promise: EventLoopPromise<Void>, limit: TimeAmount) {
        self.promise = promise
        self.limit = limit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.promise.fail(ChannelError.connectTimeout(self.limit))
        }
        context.read()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        promise.fail(ChannelError.eof)
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.handshakeCompleted) = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        promise.succeed()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
