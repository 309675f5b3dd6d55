internal import DockerEngine
internal import NIOCore

/// A client's connection and an engine's, glued together: octets go on both ways as they come, ends too; belongs to their
/// event loop.
///
/// Each side is read while the other has room. The engine's end is the client's: with it, or with the octets that make the
/// answer whole, ``Splice/afterwards`` is waited for.
final class SpliceRelay {
    private unowned let connection: ClientConnection
    private let client: any Channel
    private let engine: any Channel
    private let splice: Splice
    private let linger: TimeAmount
    /// The request's own body, while it is passed over for another.
    private var skipped: BodyDecoder?
    private var scanner: AnswerScanner?
    /// Fields that the answer gets besides the engine's, until they are in.
    private var insertion: FieldInsertion?
    /// What makes the answer whole, while the client must not know it yet.
    private var held: [ByteBuffer] = []
    private var timer: Scheduled<Void>?
    private var hasAnswered = false
    private var hasEngineEnded = false
    private var isEngineGone = false
    private var isEngineStalled = false
    private var isLeft = false
    private var closing = Closing.no

    /// How far ``Splice/afterwards`` is.
    private enum Closing { case no, underWay, done }

    init(_ splice: Splice, _ engine: any Channel, of connection: ClientConnection) {
        self.connection = connection
        client = connection.channel
        self.engine = engine
        self.splice = splice
        linger = TimeAmount(connection.limits.spliceLinger)
    }

    /// Sends the request and what has come after it, and listens to both.
    func start(_ exchange: Exchange, pending: ByteBuffer, hasClientEnded: Bool) {
        if splice.afterwards != nil || splice.observed != nil { scanner = AnswerScanner(to: exchange.head.method) }
        if splice.body != nil { skipped = exchange.body }
        if connection.shared.settings.allowsOrigins { insertion = FieldInsertion(ServerContext.origins) }
        do {
            try engine.pipeline.syncOperations.addHandler(EngineSide(self))
        } catch {
            return fail(endedUnanswered)
        }
        var octets = ByteBuffer(string: splice.head(of: exchange.head))
        if let body = splice.body { octets.writeBytes(body) }
        engine.write(octets, promise: nil)
        if pending.readableBytes > 0 { fromClient(pending) }
        engine.flush()
        if hasClientEnded { engine.endOutput() }
        if let limit = splice.headDeadline {
            timer = engine.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) {
                self.fail(
                    RequestError(500, "no answer from the engine at \(self.splice.engine.address) within \(limit)"))
            }
        }
        engine.read()
    }

    // MARK: From the client

    /// Whether the engine takes more.
    var hasRoomForClient: Bool { engine.isWritable || isEngineGone }

    func fromClient(_ octets: ByteBuffer) {
        guard var body = skipped else { return engine.write(octets, promise: nil) }
        var octets = octets
        do {
            while try body.next(&octets) != nil {}
        } catch {
            return client.close(promise: nil)
        }
        skipped = body.isFinished ? nil : body
        if octets.readableBytes > 0, body.isFinished { engine.write(octets, promise: nil) }
    }

    func clientReadComplete() { engine.flush() }

    func clientHasEnded() { engine.endOutput() }

    func clientIsWritable() {
        guard isEngineStalled else { return }
        isEngineStalled = false
        engine.read()
    }

    func clientIsGone() {
        timer?.cancel()
        engine.close(promise: nil)
        beginAfterwards()
    }

    // MARK: From the engine

    fileprivate func fromEngine(_ octets: ByteBuffer) {
        if !hasAnswered {
            hasAnswered = true
            timer?.cancel()
        }
        if scanner != nil { scan(octets) }
        var octets = octets
        if let changed = insertion?.pass(octets) {
            insertion = nil
            octets = changed
        } else if insertion != nil {
            return
        }
        if closing == .underWay { held.append(octets) } else { client.write(octets, promise: nil) }
    }

    private func scan(_ octets: ByteBuffer) {
        guard var scanner else { return }
        let known = scanner.status
        // The scanner is alone with its octets: no copy is made of what it holds.
        self.scanner = nil
        scanner.take(octets)
        if known == nil, let status = scanner.status { splice.observed?(status) }
        if scanner.isFinished { beginAfterwards() } else { self.scanner = scanner }
    }

    fileprivate func engineReadComplete() {
        client.flush()
        guard !hasEngineEnded else { return }
        if client.isWritable { engine.read() } else { isEngineStalled = true }
    }

    fileprivate func engineIsWritable() { connection.readMore() }

    private var endedUnanswered: RequestError {
        RequestError(500, "the engine at \(splice.engine.address) ended the connection without an answer")
    }

    fileprivate func engineHasEnded() {
        guard !hasEngineEnded else { return }
        hasEngineEnded = true
        if let rest = insertion?.rest { client.write(rest, promise: nil) }
        insertion = nil
        guard hasAnswered else {
            return fail(endedUnanswered)
        }
        beginAfterwards()
        if closing == .done { endClient() }
    }

    fileprivate func engineIsGone() {
        isEngineGone = true
        engineHasEnded()
        // What the client still says is for nobody, and it may say it.
        connection.readMore()
    }

    // MARK: Ends

    private func beginAfterwards() {
        guard closing == .no else { return }
        guard let afterwards = splice.afterwards else {
            closing = .done
            return
        }
        closing = .underWay
        let bound = NIOLoopBound(self, eventLoop: engine.eventLoop)
        let eventLoop = engine.eventLoop
        Task {
            await afterwards()
            eventLoop.execute { bound.value.endAfterwards() }
        }
    }

    private func endAfterwards() {
        closing = .done
        guard !isLeft else { return }
        held.forEach { client.write($0, promise: nil) }
        held = []
        client.flush()
        if hasEngineEnded { endClient() }
    }

    private func endClient() {
        let (client, engine, linger) = (client, engine, linger)
        // A client that takes its time has it: what follows the answer's end has a limit.
        client.endOutput {
            client.eventLoop.scheduleTask(in: linger) {
                client.close(promise: nil)
                engine.close(promise: nil)
            }
        }
    }

    /// Tells the client why there is no answer, if it has got nothing of one.
    private func fail(_ error: RequestError) {
        timer?.cancel()
        hasEngineEnded = true
        isLeft = true
        engine.close(promise: nil)
        beginAfterwards()
        guard client.isActive else { return }
        connection.leave(self, error)
    }
}

/// The engine's end of a splice.
private final class EngineSide: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let relay: SpliceRelay

    init(_ relay: SpliceRelay) { self.relay = relay }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { relay.fromEngine(unwrapInboundIn(data)) }

    func channelReadComplete(context: ChannelHandlerContext) { relay.engineReadComplete() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { relay.engineIsWritable() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { relay.engineHasEnded() }
    }

    func channelInactive(context: ChannelHandlerContext) { relay.engineIsGone() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
