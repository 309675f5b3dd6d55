internal import Reactor
internal import Routing
internal import Wire

/// Bodies that are compressed as they pass.
///
/// An encoder keeps back what it might still find repeated. What a slow endpoint has given leaves all the same, a hundredth
/// of a second later at the most; events leave at once. Nothing is read from the endpoint while the client does not take
/// what there is, as without an encoder, so that memory is bounded by what one read gives.
extension Worker {
    /// Gives the answer an encoder; false where there is none: then it goes out as it came.
    mutating func beginEncoding(_ exchange: Ref<Exchange>, _ rule: CompressionRule, isPrompt: Bool) -> Bool {
        guard let encoder = compressor.encoders.take(exchange.value.coding, level: rule.level) else { return false }
        let index = compressor.encodings.take()
        guard index >= 0 else {
            compressor.encoders.give(encoder)
            return false
        }
        // The list's mark belongs to the slot: it may still be there of the last occupant.
        compressor.encodings[index].value.encoder = encoder
        compressor.encodings[index].value.exchange = exchange.value.index
        compressor.encodings[index].value.isPrompt = isPrompt
        compressor.encodings[index].value.holds = false
        exchange.value.encoding = index
        handle.compressed.addAlone(1)
        let isStream = connections[exchange.value.client].value.kind == Kind.clientStream
        exchange.value.clientFraming = isStream ? .untilClose : .chunked
        return true
    }

    /// Gives the encoder back.
    mutating func dropEncoding(_ exchange: Ref<Exchange>) {
        guard exchange.value.encoding >= 0 else { return }
        let encoding = compressor.encodings[exchange.value.encoding]
        if let encoder = encoding.value.encoder { compressor.encoders.give(encoder) }
        encoding.value.encoder = nil
        encoding.value.exchange = -1
        compressor.encodings.give(exchange.value.encoding)
        exchange.value.encoding = -1
    }

    /// Passes a piece of the body on through the encoder, behind the head if that has not left yet.
    mutating func sendEncoded(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ data: UnsafeRawBufferPointer, headPending: Bool
    ) {
        let encoding = compressor.encodings[exchange.value.encoding]
        // An answer of a length that is told ends with its last octet; the others' end is said by ``endBody``.
        guard exchange.value.responseStage == .done else {
            unsafe encode(exchange, client, data, encoding.value.isPrompt ? .flush : .none, headPending: headPending)
            if encoding.value.holds, !encoding.value.isListed { hold(encoding, at: exchange.value.encoding) }
            return
        }
        guard unsafe encode(exchange, client, data, .end, headPending: headPending) else { return }
        if client.value.kind == Kind.clientStream {
            end(client)
        } else {
            sendLastChunk(exchange, client)
        }
    }

    /// Gives the client what the encoder still has; false when that failed, and the body must not end as if it were whole.
    mutating func finishEncoding(_ exchange: Ref<Exchange>, _ client: Ref<Connection>) -> Bool {
        let none = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        return unsafe encode(exchange, client, none, .end, headPending: false)
    }

    private mutating func sendLastChunk(_ exchange: Ref<Exchange>, _ client: Ref<Connection>) {
        writeLastChunk(trailers: Buffer())
        var pieces = Pieces()
        unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
        exchange.value.bytesOut += UInt64(head.count)
        send(pieces, to: client)
    }

    /// Puts `data` through the encoder and sends what comes out; false when the encoder has failed.
    @discardableResult
    private mutating func encode(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ data: UnsafeRawBufferPointer, _ mark: Encoder.Mark,
        headPending: Bool
    ) -> Bool {
        let encoding = compressor.encodings[exchange.value.encoding]
        guard let encoder = encoding.value.encoder else { return false }
        var rest = unsafe data
        var headPending = headPending
        var out = pool.take(Limits.encodedBytes)
        defer { pool.give(&out) }
        while true {
            let room = unsafe UnsafeMutableRawBufferPointer(start: out.base, count: Int(out.capacity))
            let step = unsafe encoder.step(rest, room, mark)
            guard !step.hasFailed else {
                compressor.encoders.drop(encoder)
                encoding.value.encoder = nil
                encoding.value.holds = false
                exchange.value.keepsClient = false
                return false
            }
            handle.compressedIn.addAlone(UInt64(step.consumed))
            handle.compressedOut.addAlone(UInt64(step.produced))
            unsafe rest = unsafe UnsafeRawBufferPointer(rebasing: rest[step.consumed...])
            if step.produced > 0 || headPending {
                let piece = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<step.produced])
                unsafe sendPiece(exchange, client, piece, headPending: headPending)
                headPending = false
            }
            if step.isDone { break }
        }
        encoding.value.holds = mark == .none && (encoding.value.holds || data.count > 0)
        return true
    }

    /// Sends octets that came out of an encoder, in the client's framing.
    private mutating func sendPiece(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ piece: UnsafeRawBufferPointer, headPending: Bool
    ) {
        exchange.value.bytesOut += UInt64(piece.count)
        if client.value.kind == Kind.clientStream {
            if headPending {
                exchange.value.bytesOut += UInt64(head.count)
                unsafe respond(client, head.bytes, endsStream: false)
            }
            unsafe append(piece, to: client)
            return
        }
        if !headPending {
            head.start = 0
            head.end = 0
        }
        if piece.count > 0 {
            pool.reserve(32, in: &head)
            head.append(hexadecimal: UInt64(piece.count))
            head.append("\r\n")
        }
        var pieces = Pieces()
        unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
        unsafe pieces.append(piece)
        if piece.count > 0 { unsafe pieces.append(Self.lineEnd) }
        exchange.value.bytesOut += UInt64(pieces.count - piece.count)
        send(pieces, to: client)
    }

    // MARK: - What is held back

    private mutating func hold(_ encoding: Ref<Encoding>, at index: Int32) {
        encoding.value.isListed = true
        compressor.held.append(index)
        if compressor.heldUntil == 0 { compressor.heldUntil = now &+ Limits.encoderPatience }
    }

    /// Has encoders give out what they were given and hold back.
    mutating func giveOut() {
        compressor.heldUntil = 0
        swap(&compressor.held, &compressor.heldTurn)
        let none = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        for index in compressor.heldTurn {
            let encoding = compressor.encodings[index]
            encoding.value.isListed = false
            guard encoding.value.exchange >= 0, encoding.value.holds else { continue }
            let exchange = exchanges[encoding.value.exchange]
            unsafe encode(exchange, connections[exchange.value.client], none, .flush, headPending: false)
        }
        compressor.heldTurn.removeAll(keepingCapacity: true)
    }
}
