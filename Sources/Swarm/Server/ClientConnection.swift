internal import Logging
internal import NIOCore

/// One client's connection: reads its requests one after the other, and sends the answers; belongs to its event loop.
///
/// | phase | what it does with octets | ends with |
/// |---|---|---|
/// | head | gathers a request's head | a head: exchange; a wrong one: ending |
/// | exchange | holds them, up to a bound, for who reads the body | an answer: passing, head or ending; a splice |
/// | passing | passes over a body that nobody read | the body's end: head |
/// | splice | hands them to the engine | both ends |
/// | ending | throws them away | the client's end, or a while |
///
/// It reads only when it has room for what may come. The end of a client is noticed in each phase.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Where it is.
    enum Phase {
        case head, exchange, passing, ending, closed
        case splice(SpliceRelay)
    }

    let shared: ServerContext
    let channel: any Channel
    var phase = Phase.head
    var parser: RequestHeadParser
    /// What has come and nobody has taken.
    var pending = ByteBuffer()
    var exchange: Exchange?
    /// Whether the client has said that it sends nothing more.
    var inputEnded = false
    private var count = 0
    private var isReading = false
    private var isStopping = false
    private var isHeadTimed = false
    private var timer: Scheduled<Void>?

    init(_ shared: ServerContext, _ channel: any Channel) {
        self.shared = shared
        self.channel = channel
        parser = RequestHeadParser(shared.limits)
    }

    var limits: ServerLimits { shared.limits }

    /// Whether another request may follow the one that is under way.
    var mayKeep: Bool { !isStopping && !inputEnded }

    /// This connection, for tasks that come back to its event loop.
    var bound: NIOLoopBound<ClientConnection> { NIOLoopBound(self, eventLoop: channel.eventLoop) }

    // MARK: Events

    func channelActive(context: ChannelHandlerContext) {
        time(limits.first)
        readMore()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var octets = unwrapInboundIn(data)
        switch phase {
        case .splice(let relay): relay.fromClient(octets)
        case .ending, .closed: break
        case .head, .exchange, .passing:
            if pending.readableBytes == 0 { pending = octets } else { pending.writeBuffer(&octets) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        advance()
        readMore()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard channel.isWritable else { return }
        switch phase {
        case .head:
            time(limits.idle)
            advance()
            readMore()
        case .exchange:
            exchange?.writer?.succeed()
            exchange?.writer = nil
        case .splice(let relay): relay.clientIsWritable()
        case .passing, .ending, .closed: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: endInput()
        case is ServerStops: stop()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        shared.logger.debug("swarm: a client's connection ends", metadata: ["error": "\(error)"])
        channel.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let last = phase
        phase = .closed
        timer?.cancel()
        pending = ByteBuffer()
        exchange?.abandon()
        exchange = nil
        if case .splice(let relay) = last { relay.clientIsGone() }
    }

    private func endInput() {
        inputEnded = true
        switch phase {
        case .head: advance()
        case .exchange:
            // Who streams to a client that has ended would else learn it with the next octet, which may never come.
            if exchange?.stream != nil { return channel.close(promise: nil) }
            feedBody()
        case .passing: channel.close(promise: nil)
        case .splice(let relay): relay.clientHasEnded()
        case .ending, .closed: break
        }
    }

    /// The server stops: what is under way goes on, and is the last.
    private func stop() {
        isStopping = true
        if case .head = phase, !parser.hasBegun { end() }
    }

    // MARK: Steps

    /// Does what can be done with what has come.
    func advance() {
        switch phase {
        case .head: readHead()
        case .exchange: feedBody()
        case .passing: passBody()
        case .splice(let relay): relay.clientReadComplete()
        case .ending, .closed: pending = ByteBuffer()
        }
    }

    private func readHead() {
        // A client that takes no answers gets no further ones.
        guard channel.isWritable else { return }
        do {
            if let head = try parser.next(&pending) {
                if pending.readableBytes == 0 { pending = ByteBuffer() }
                timer?.cancel()
                count += 1
                let exchange = Exchange(count, head)
                self.exchange = exchange
                phase = .exchange
                begin(exchange)
            } else if inputEnded || (isStopping && !parser.hasBegun) {
                end()
            } else if parser.hasBegun, !isHeadTimed {
                isHeadTimed = true
                time(limits.head)
            }
        } catch {
            refuse(error)
        }
    }

    /// Waits for the next request.
    func awaitRequest() {
        phase = .head
        isHeadTimed = false
        time(channel.isWritable ? limits.idle : limits.answer)
        advance()
        readMore()
    }

    private func passBody() {
        guard let exchange else { return }
        do {
            while try exchange.body.next(&pending) != nil {}
            guard exchange.body.isFinished else { return }
            self.exchange = nil
            awaitRequest()
        } catch {
            end()
        }
    }

    /// Ends the connection when all that was written is sent; what still comes is thrown away for a while.
    func end() {
        phase = .ending
        exchange = nil
        pending = ByteBuffer()
        time(limits.answer)
        channel.endOutput { self.time(self.limits.linger) }
        readMore()
    }

    // MARK: Reading and waiting

    /// Asks for more if there is room for it.
    func readMore() {
        guard !isReading, !inputEnded else { return }
        switch phase {
        case .head, .exchange: guard pending.readableBytes <= limits.pendingBytesMax else { return }
        case .splice(let relay): guard relay.hasRoomForClient else { return }
        case .passing, .ending: break
        case .closed: return
        }
        isReading = true
        channel.read()
    }

    /// Ends the connection after a while, unless something else happens first.
    func time(_ duration: Duration) {
        timer?.cancel()
        if case .closed = phase { return }
        timer = channel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(duration)) { self.expire() }
    }

    /// Waits for nothing any more.
    func untime() { timer?.cancel() }

    private func expire() {
        switch phase {
        case .head where parser.hasBegun && channel.isWritable:
            refuse(RequestError(408, "the request took too long to come"))
        case .head where channel.isWritable: end()
        case .exchange:
            // A body that is waited for; whoever waits is told, and answers.
            exchange?.isBroken = true
            exchange?.reader?.fail(RequestError(408, "the request's body took too long to come"))
            exchange?.reader = nil
        case .head, .passing, .ending, .closed, .splice: channel.close(promise: nil)
        }
    }
}

/// Told to connections when the server stops.
struct ServerStops: Sendable {}

extension Channel {
    /// Ends this side's direction when all that was written is sent, and with it the channel if the other side has ended.
    ///
    /// - Parameter done: called on the event loop, where this must be called, once it has.
    func endOutput(_ done: @escaping () -> Void = {}) {
        let promise = eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.close(mode: .output, promise: nil)
            done()
        }
        writeAndFlush(ByteBuffer(), promise: promise)
    }
}
