internal import DockerEngine
internal import NIOCore

/// Requests and their answers.
extension ClientConnection {
    /// Asks the responder, and does what it says.
    func begin(_ exchange: Exchange) {
        let (head, number) = (exchange.head, exchange.number)
        guard let path = APIPath(head.target) else {
            let error = RequestError(400, "malformed request target")
            // Not at once: many of them sent ahead would pile up calls.
            return channel.eventLoop.assumeIsolated().execute { self.answer(ManagerAnswer(error), number) }
        }
        let (bound, eventLoop, shared) = (self.bound, channel.eventLoop, shared)
        let body: any RequestBody =
            head.framing == .none ? NoBody() : ConnectionBody(connection: bound, eventLoop: eventLoop, number: number)
        let request = ManagerRequest(
            method: head.method, target: head.target, path: path, fields: head.fields, body: body)
        exchange.task = Task {
            switch await shared.reply(to: request) {
            case .answer(let answer): eventLoop.execute { bound.value.answer(answer, number) }
            case .stream(let answer, let body):
                let writer = ConnectionWriter(connection: bound, eventLoop: eventLoop, number: number)
                do {
                    if try await writer.begin(answer) { try await body(writer) }
                    eventLoop.execute { bound.value.endStream(number, isWhole: true) }
                } catch {
                    eventLoop.execute { bound.value.endStream(number, isWhole: false) }
                }
            case .splice(let splice):
                do throws(DockerError) {
                    let engine = try await splice.engine.openChannel(on: eventLoop)
                    eventLoop.execute { bound.value.join(splice, engine, number) }
                } catch {
                    let reason = splice.unreachable?(error) ?? RequestError(500, error.description)
                    eventLoop.execute { bound.value.answer(ManagerAnswer(reason), number) }
                }
            }
        }
    }

    /// The exchange of that number, if it is still under way.
    private func current(_ number: Int) -> Exchange? {
        guard case .exchange = phase, let exchange, exchange.number == number else { return nil }
        return exchange
    }

    // MARK: Answers

    /// Sends a whole answer.
    func answer(_ answer: ManagerAnswer, _ number: Int) {
        guard let exchange = current(number) else { return }
        let keepsAlive = settleBody(exchange)
        send(answer, to: exchange.head, keepsAlive: keepsAlive)
        finish(exchange, keepsAlive: keepsAlive)
    }

    /// Answers what is no request, and ends the connection.
    func refuse(_ error: RequestError) {
        send(ManagerAnswer(error), to: nil, keepsAlive: false)
        end()
    }

    private func send(_ answer: ManagerAnswer, to head: RequestHead?, keepsAlive: Bool) {
        let hasBody = !AnswerHead.hasNoBody(answer.status)
        let text = AnswerHead.text(
            status: answer.status, mediaType: answer.mediaType, fields: answer.fields,
            ending: hasBody ? .length(answer.body.count) : .none, common: shared.commonFields,
            keepsAlive: keepsAlive, isOld: head?.isOld ?? false)
        var octets = channel.allocator.buffer(capacity: text.utf8.count + answer.body.count)
        octets.writeString(text)
        if hasBody, head?.wantsHeadOnly != true { octets.writeBytes(answer.body) }
        channel.writeAndFlush(octets, promise: nil)
    }

    private func finish(_ exchange: Exchange, keepsAlive: Bool) {
        guard keepsAlive else { return end() }
        guard !exchange.body.isFinished else {
            self.exchange = nil
            return awaitRequest()
        }
        phase = .passing
        time(limits.body)
        advance()
        readMore()
    }

    /// Whether another request may follow: the client wants it, and what is left of the body is little.
    private func settleBody(_ exchange: Exchange) -> Bool {
        guard exchange.head.keepsAlive, mayKeep, !exchange.isBroken else { return false }
        do {
            while try exchange.body.next(&pending) != nil { exchange.owesContinue = false }
        } catch {
            return false
        }
        if exchange.body.isFinished { return true }
        // A client that waits to be told to go on may send its body all the same, or not.
        guard !exchange.owesContinue, let remaining = exchange.body.remaining else { return false }
        return remaining <= limits.drainBytesMax
    }

    // MARK: Streams

    /// Sends the head of a streamed answer; tells whether its body is wanted.
    func beginStream(_ answer: ManagerAnswer, _ number: Int, _ promise: EventLoopPromise<Bool>) {
        guard let exchange = current(number), !inputEnded else {
            promise.fail(ClientGone.error)
            if current(number) != nil { channel.close(promise: nil) }
            return
        }
        let isChunked = !exchange.head.isOld
        let head = exchange.head
        // The body may be read while the answer goes out, so nothing of it is passed over.
        let keepsAlive = head.keepsAlive && isChunked && mayKeep && exchange.body.isFinished
        exchange.stream = (isChunked, keepsAlive)
        if exchange.owesContinue { sendContinue(exchange) }
        let text = AnswerHead.text(
            status: answer.status, mediaType: answer.mediaType, fields: answer.fields,
            ending: isChunked ? .chunked : .close, common: shared.commonFields, keepsAlive: keepsAlive,
            isOld: head.isOld)
        var octets = ByteBuffer(string: text)
        let wantsBody = !head.wantsHeadOnly
        if wantsBody, !answer.body.isEmpty { write(answer.body, isChunked: isChunked, to: &octets) }
        channel.writeAndFlush(octets, promise: nil)
        promise.succeed(wantsBody)
    }

    /// Sends octets of a streamed answer; the promise is kept when the client has room for more.
    func writeStream(_ octets: [UInt8], _ number: Int, _ promise: EventLoopPromise<Void>) {
        guard let exchange = current(number), let stream = exchange.stream, exchange.writer == nil else {
            return promise.fail(ClientGone.error)
        }
        var buffer = channel.allocator.buffer(capacity: octets.count + 20)
        write(octets, isChunked: stream.isChunked, to: &buffer)
        channel.writeAndFlush(buffer, promise: nil)
        if channel.isWritable { promise.succeed() } else { exchange.writer = promise }
    }

    private func write(_ octets: [UInt8], isChunked: Bool, to buffer: inout ByteBuffer) {
        if isChunked { buffer.writeString("\(String(octets.count, radix: 16))\r\n") }
        buffer.writeBytes(octets)
        if isChunked { buffer.writeString("\r\n") }
    }

    /// Ends a streamed answer; one that is not whole is seen to be by its missing end.
    func endStream(_ number: Int, isWhole: Bool) {
        guard let exchange = current(number) else { return }
        guard let stream = exchange.stream, isWhole else { return end() }
        if stream.isChunked, !exchange.head.wantsHeadOnly {
            channel.writeAndFlush(ByteBuffer(string: "0\r\n\r\n"), promise: nil)
        }
        finish(exchange, keepsAlive: stream.keepsAlive && mayKeep)
    }

    // MARK: Bodies

    /// Somebody waits for the next octets of a request's body.
    func wantBody(_ number: Int, _ promise: EventLoopPromise<[UInt8]?>) {
        guard let exchange = current(number), exchange.reader == nil, !exchange.isBroken else {
            return promise.fail(ClientGone.error)
        }
        exchange.isBodyTouched = true
        exchange.reader = promise
        if exchange.owesContinue { sendContinue(exchange) }
        feedBody()
        if exchange.reader != nil { time(limits.body) }
        readMore()
    }

    /// Tells the client that its body is wanted, unless it sends it already.
    private func sendContinue(_ exchange: Exchange) {
        exchange.owesContinue = false
        guard pending.readableBytes == 0 else { return }
        channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), promise: nil)
    }

    /// Nobody waits for it any more.
    func leaveBody(_ number: Int) {
        guard let exchange = current(number), let reader = exchange.reader else { return }
        exchange.reader = nil
        untime()
        reader.fail(RequestError(503, "nobody reads the request's body any more"))
    }

    /// Hands over what has come of the body, if somebody waits for it.
    func feedBody() {
        guard let exchange, let reader = exchange.reader else { return }
        do {
            if let piece = try exchange.body.next(&pending) {
                exchange.reader = nil
                untime()
                reader.succeed(Array(piece.readableBytesView))
            } else if exchange.body.isFinished {
                exchange.reader = nil
                untime()
                reader.succeed(nil)
            } else if inputEnded {
                throw RequestError(400, "the request's body ended early")
            }
        } catch {
            exchange.reader = nil
            exchange.isBroken = true
            untime()
            reader.fail(error)
        }
    }
}

extension ServerContext {
    /// What is to be done about a request; an error is an answer too.
    func reply(to request: ManagerRequest) async -> ManagerReply {
        if settings.allowsOrigins, request.method == "OPTIONS" { return .answer(ManagerAnswer(text: "")) }
        do {
            return try await responder.reply(to: request)
        } catch {
            return .answer(ManagerAnswer(error))
        }
    }
}
