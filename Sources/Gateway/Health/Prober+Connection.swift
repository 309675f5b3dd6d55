internal import Glibc
internal import Reactor
internal import Routing
internal import Wire

/// One check: a connection, perhaps a handshake, perhaps a request and its answer.
extension Prober {
    /// Begins a check.
    mutating func open(_ start: ProbeBook.Start) {
        guard let target = book.target(start.number, mark: start.mark) else { return }
        let address = target.key.address
        let socket = SocketAddress(high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6)
        let fd: Int32
        do {
            fd = try Socket.connect(socket)
        } catch {
            // That we have run out of something is no fault of the endpoint's.
            let isOurs = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL].contains(error.code)
            end(start, isOurs ? .skipped : .failed("\(error.call): \(error.reason)"))
            return
        }
        let place = connections.take()
        guard place >= 0 else {
            Socket.close(fd)
            end(start, .skipped)
            return
        }
        let connection = connections[place]
        connection.value.fd = fd
        connection.value.phase = .connecting
        connection.value.readiness = []
        connection.value.start = start
        connection.value.manner = target.key.manner
        if let context = target.context {
            let offer: StaticString =
                switch target.key.manner {
                case .http2Connection: "\u{2}h2"
                case .connection: "\u{2}h2\u{8}http/1.1"
                case .request: "\u{8}http/1.1"
                }
            connection.value.tls = context.connect(to: socket, protocols: offer, on: port)
        }
        if target.key.manner == .request {
            connection.value.request = target.request
            connection.value.answer = ProbeAnswer(target.check)
        }
        let token = UInt64(connection.value.generation) << 32 | UInt64(UInt32(bitPattern: place))
        guard poller.add(fd, token: token), target.context == nil || connection.value.tls.isActive else {
            finish(connection, at: place, .skipped)
            return
        }
        deadlines.put(DueQueue.Entry(due: start.deadline, number: place, mark: connection.value.generation))
    }

    /// Goes on with a check as far as its socket lets it.
    mutating func advance(_ connection: Ref<ProbeConnection>, at place: Int32) {
        let generation = connection.value.generation
        if connection.value.phase == .connecting {
            if connection.value.readiness.contains(.broken) {
                let error = SocketError(call: "connect", code: Socket.pendingError(connection.value.fd))
                finish(connection, at: place, .failed("connect: \(error.reason)"))
                return
            }
            guard connection.value.readiness.contains(.writable) else { return }
            if connection.value.tls.isActive {
                connection.value.phase = .handshake
                shakeHands(connection, at: place, offered: false)
            } else {
                ask(connection, at: place)
            }
        }
        guard connection.value.generation == generation else { return }
        switch connection.value.phase {
        case .connecting: break
        case .handshake: readHandshake(connection, at: place)
        case .answer:
            send(connection)
            readAnswer(connection, at: place)
        }
    }

    /// What a check does, for its reason.
    func what(_ connection: Ref<ProbeConnection>) -> String {
        guard let target = book.target(connection.value.start.number, mark: connection.value.start.mark) else {
            return ""
        }
        switch connection.value.phase {
        case .connecting: return "connect"
        case .handshake: return "TLS handshake"
        case .answer: return "\(target.check.policy.method) \(target.check.policy.path)"
        }
    }

    // MARK: - TLS

    private mutating func readHandshake(_ connection: Ref<ProbeConnection>, at place: Int32) {
        let generation = connection.value.generation
        while connection.value.generation == generation, connection.value.phase == .handshake {
            switch unsafe Socket.receive(connection.value.fd, into: port.records) {
            case .bytes(let count):
                port.offer(count)
                shakeHands(connection, at: place, offered: true)
            case .wouldBlock: return
            case .ended: finish(connection, at: place, .failed("TLS handshake: the connection ended"))
            case .failed(let code):
                let error = SocketError(call: "recv", code: code)
                finish(connection, at: place, .failed("TLS handshake: \(error.reason)"))
            }
        }
        if connection.value.generation == generation, connection.value.phase == .answer {
            readAnswer(connection, at: place)
        }
    }

    private mutating func shakeHands(_ connection: Ref<ProbeConnection>, at place: Int32, offered: Bool) {
        let outcome = port.handshake(connection.value.tls)
        let hasSent = sendRecords(connection)
        switch outcome {
        case .wantsInput:
            if !hasSent { finish(connection, at: place, .failed("TLS handshake: the connection broke")) }
        case .closed, .failed:
            let reason = connection.value.tls.verificationFailure.map { "the certificate: \($0)" } ?? "it failed"
            finish(connection, at: place, .failed("TLS handshake: \(reason)"))
        case .bytes:
            if connection.value.manner == .http2Connection, !connection.value.tls.speaksHTTP2 {
                finish(connection, at: place, .failed("TLS handshake: HTTP/2 was not agreed on"))
                return
            }
            // Tickets may have come right behind the handshake.
            if port.hasRest || connection.value.tls.hasPending {
                _ = unsafe port.read(connection.value.tls, into: scratch.bytes)
            }
            ask(connection, at: place)
        }
    }

    /// Sends the port's records: they are few, and the socket's buffer is empty.
    ///
    /// False if they did not all go.
    private mutating func sendRecords(_ connection: Ref<ProbeConnection>) -> Bool {
        defer { port.emptyOutgoing() }
        let bytes = unsafe port.outgoing
        guard unsafe !bytes.isEmpty else { return true }
        return unsafe Socket.send(connection.value.fd, bytes) == .bytes(bytes.count)
    }

    // MARK: - The request and its answer

    /// The connection is up: that is all that was to be known, or the request goes out.
    private mutating func ask(_ connection: Ref<ProbeConnection>, at place: Int32) {
        guard connection.value.manner == .request else {
            finish(connection, at: place, .passed)
            return
        }
        connection.value.phase = .answer
        connection.value.sent = 0
        send(connection)
    }

    /// Sends what is left of the request; what goes wrong is seen by reading.
    private mutating func send(_ connection: Ref<ProbeConnection>) {
        guard connection.value.sent < connection.value.request.count else { return }
        let request = connection.value.request
        let sent = connection.value.sent
        unsafe request.withUnsafeBytes { all in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
            if connection.value.tls.isActive {
                var pieces = Pieces()
                unsafe pieces.append(rest)
                _ = port.write(connection.value.tls, pieces)
                _ = sendRecords(connection)
                connection.value.sent = all.count
            } else if case .bytes(let count) = unsafe Socket.send(connection.value.fd, rest) {
                connection.value.sent += count
            }
        }
    }

    private mutating func readAnswer(_ connection: Ref<ProbeConnection>, at place: Int32) {
        while true {
            let transfer = receive(connection)
            let verdict: ProbeVerdict?
            switch transfer {
            case .wouldBlock: return
            case .bytes(let count):
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: scratch.bytes[..<count])
                verdict = unsafe connection.value.answer?.take(bytes, parser, fields) ?? nil
            case .ended: verdict = connection.value.answer?.end(isClean: true)
            case .failed(let code):
                verdict =
                    code == 0
                    ? connection.value.answer?.end(isClean: false)
                    : .failed("\(what(connection)): \(SocketError(call: "recv", code: code).reason)")
            }
            if let verdict {
                finish(connection, at: place, verdict)
                return
            }
        }
    }

    /// Plain octets into the scratch memory.
    private mutating func receive(_ connection: Ref<ProbeConnection>) -> Transfer {
        guard connection.value.tls.isActive else {
            return unsafe Socket.receive(connection.value.fd, into: scratch.bytes)
        }
        while true {
            if connection.value.tls.isClosedByPeer { return .ended }
            switch unsafe Socket.receive(connection.value.fd, into: port.records) {
            case .bytes(let count): port.offer(count)
            case .wouldBlock: return .wouldBlock
            // Without a close_notify the end may be anybody's.
            case .ended: return .failed(0)
            case .failed(let code): return .failed(code)
            }
            let outcome = unsafe port.read(connection.value.tls, into: scratch.bytes)
            _ = sendRecords(connection)
            switch outcome {
            case .bytes(let count): return .bytes(count)
            case .wantsInput: continue
            case .closed: return .ended
            case .failed: return .failed(0)
            }
        }
    }

    // MARK: - The end

    /// Closes the connection and gives the verdict.
    mutating func finish(_ connection: Ref<ProbeConnection>, at place: Int32, _ verdict: ProbeVerdict) {
        let start = connection.value.start
        if connection.value.tls.isActive {
            port.close(connection.value.tls)
            _ = sendRecords(connection)
            // What is left of the peer's records is not for the next session.
            port.offer(0)
            Socket.close(connection.value.fd)
        } else if connection.value.readiness.contains(.peerClosed) {
            Socket.close(connection.value.fd)
        } else {
            // A reset leaves nothing behind: else each check would hold a port for a minute (TIME_WAIT).
            Socket.abort(connection.value.fd)
        }
        connection.value.tls.free()
        connection.value.fd = -1
        connection.value.generation = (connection.value.generation &+ 1) & 0x7fff_ffff
        connection.value.request = []
        connection.value.answer = nil
        connections.give(place)
        end(start, verdict)
    }
}
