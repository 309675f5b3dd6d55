internal import Reactor
internal import Routing
internal import Wire

extension Worker {
    /// Puts the head for the endpoint together in the exchange's `outbound`.
    ///
    /// Field lines that go on are copied in runs; what is hop-by-hop, what the client may not say of itself, and what the
    /// route edits are left out of the runs.
    mutating func writeRequestHead(
        _ exchange: Ref<Exchange>, client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer,
        path: UnsafeRawBufferPointer, edited: [UInt8]?, route: RouteRecord, index: Int
    ) {
        let isTrusted = exchange.value.isTrusted
        let edits = route.hasRequestEdits ? table.requestEdits(of: index) : nil
        let permission = exchange.value.question >= 0 ? permissionRule(exchange) : nil
        let room =
            bytes.count * 2 + path.count + (edited?.count ?? 0) + (edits?.lines.count ?? 0) + 512
        var out = pool.take(room)
        unsafe writeRequestLine(&out, bytes, path: path, edited: edited)
        // A route that sets Host has its own among the edits' lines.
        if !Self.removes("host", edits) { unsafe writeHost(&out, exchange, bytes) }
        var forwardedFor = false
        var kept = KeptFields()
        var run = FieldRun()
        for position in 0..<requestHead.fieldCount {
            let field = fields[position]
            let isDropped =
                unsafe (userCount > 0 && isOfUser(field, in: bytes))
                || drops(field, at: Int(client.value.tag), isTrusted: isTrusted, &forwardedFor, &kept)
                || edits.map { unsafe $0.removes(name(of: field, in: bytes).bytes) } == true
                || permission.map { unsafe $0.takes(name(of: field, in: bytes).bytes) } == true
            if !isDropped { unsafe run.keep(field, of: bytes, to: &out) }
        }
        unsafe run.write(bytes, to: &out)
        unsafe writeHopFields(&out, exchange, bytes)
        unsafe writeForwarded(&out, exchange, client: client, bytes, keepsList: forwardedFor, kept: kept)
        if configuration.sendsForwarded {
            unsafe writeForwardedField(&out, exchange, client: client, bytes)
        }
        if userCount > 0 { writeUser(&out) }
        if tracing.isOn, !Self.removes("traceparent", edits) { unsafe writeTraceContext(&out, exchange, bytes) }
        if let edits { unsafe edits.lines.withUnsafeBytes { unsafe out.append($0) } }
        out.append("\r\n")
        exchange.value.outbound = out
        exchange.value.outboundSent = 0
        exchange.value.outboundHead = out.end
        exchange.value.isReplayable = exchange.value.method.isIdempotent && !exchange.value.wantsUpgrade
    }

    private static func removes(_ name: StaticString, _ edits: CompiledEdits?) -> Bool {
        let bytes = unsafe name.octets
        return unsafe edits?.removes(bytes.bytes) == true
    }

    func name(of field: HeaderField, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        unsafe slice(bytes, ByteRange(start: field.nameStart, count: UInt32(field.nameCount)))
    }

    private func writeRequestLine(
        _ out: inout Buffer, _ bytes: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, edited: [UInt8]?
    ) {
        unsafe out.append(slice(bytes, requestHead.methodRange))
        out.append(byte: 32)
        if let edited {
            unsafe edited.withUnsafeBytes { unsafe out.append($0) }
        } else {
            unsafe out.append(path)
        }
        if requestHead.hasQuery {
            out.append(byte: 63)
            unsafe out.append(slice(bytes, requestHead.query))
        }
        out.append(" HTTP/1.1\r\n")
    }

    /// Host comes first (RFC 9110 §7.2), as the client sent it; of an absolute-form target it is the target's.
    private func writeHost(_ out: inout Buffer, _ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) {
        out.append("Host: ")
        unsafe out.append(slice(bytes, requestHead.authority))
        out.append("\r\n")
    }

    /// Whether a field of the client's does not go on as it is.
    func drops(
        _ field: HeaderField, at listener: Int, isTrusted: Bool, _ forwardedFor: inout Bool, _ kept: inout KeptFields
    ) -> Bool {
        if field.isHopByHop || field.name.isHopByHop { return true }
        switch field.name {
        case .host: return true
        case .other: return false
        case .xForwardedFor:
            forwardedFor = isTrusted && configuration.clientAddressField == .xForwardedFor
            return true
        case .xForwardedProto:
            kept.proto = isTrusted
            return !isTrusted
        case .xForwardedHost:
            kept.host = isTrusted
            return !isTrusted
        case .xForwardedPort:
            kept.port = isTrusted
            return !isTrusted
        case .xRealIP:
            // Where the proxies name the client otherwise, this says nothing, or what the client made up.
            kept.realIP = isTrusted && (!isClientNamed || configuration.clientAddressField == .xRealIP)
            return !kept.realIP
        case .xRequestID:
            kept.requestID = isTrusted
            return !isTrusted
        // A connection that has a certificate of its own speaks of no other.
        case .xClientCertificate: return !isTrusted || listeners[listener].asksForCertificate
        // Written anew, or its list is added to.
        case .forwarded:
            return !isTrusted || configuration.sendsForwarded || configuration.clientAddressField != .forwarded
        case .xForwardedPrefix, .xForwardedServer, .xForwardedSSL:
            return !isTrusted
        // Written anew: what the edge sends on is a span of its own.
        case .traceParent, .traceState: return tracing.isOn
        default: return false
        }
    }

    /// What is dropped as hop-by-hop but must be said anew for the next hop.
    private func writeHopFields(_ out: inout Buffer, _ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) {
        if exchange.value.wantsUpgrade {
            unsafe UpgradeLines.write(fields, count: requestHead.fieldCount, of: bytes, to: &out)
        } else if requestHead.acceptsTrailers {
            out.append("Connection: TE\r\nTE: trailers\r\n")
        }
        if exchange.value.upstreamFraming == .chunked { out.append("Transfer-Encoding: chunked\r\n") }
    }

    /// The fields that tell the endpoint of the client (docs/OPERATING.md lists them).
    mutating func writeForwarded(
        _ out: inout Buffer, _ exchange: Ref<Exchange>, client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer,
        keepsList: Bool, kept: KeptFields
    ) {
        out.append("X-Forwarded-For: ")
        if keepsList {
            for position in 0..<requestHead.fieldCount where fields[position].name == .xForwardedFor {
                let value = unsafe slice(bytes, fields[position].value)
                if unsafe value.isEmpty { continue }
                unsafe out.append(value)
                out.append(", ")
            }
        } else if exchange.value.clientAddress != client.value.peer {
            exchange.value.clientAddress.append(to: &out)
            out.append(", ")
        }
        client.value.peer.append(to: &out)
        out.append("\r\n")
        let listener = Int(client.value.tag)
        if kept.proto || kept.port {
            if !kept.proto {
                out.append(
                    listeners[listener].isSecure
                        ? "X-Forwarded-Proto: https\r\n" : "X-Forwarded-Proto: http\r\n")
            }
            if !kept.port {
                out.append("X-Forwarded-Port: ")
                out.append(decimal: UInt64(listeners[listener].port))
                out.append("\r\n")
            }
        } else {
            unsafe listeners[listener].forwardedLines.withUnsafeBytes { unsafe out.append($0) }
        }
        if !kept.host {
            out.append("X-Forwarded-Host: ")
            unsafe out.append(slice(bytes, requestHead.authority))
            out.append("\r\n")
        }
        let certificate = unsafe carrier(of: client).value.tls.peerLines
        if unsafe !certificate.isEmpty {
            pool.reserve(certificate.count + 512, in: &out)
            unsafe out.append(certificate)
        }
        if !kept.realIP {
            out.append("X-Real-IP: ")
            exchange.value.clientAddress.append(to: &out)
            out.append("\r\n")
        }
        if !kept.requestID {
            out.append("X-Request-Id: ")
            appendRequestID(&out, requestID.0)
            appendRequestID(&out, requestID.1)
            out.append("\r\n")
        }
    }

    /// `Forwarded` (RFC 7239): the list of proxies that keep one, else whom they name, then the peer and what it asked for.
    private mutating func writeForwardedField(
        _ out: inout Buffer, _ exchange: Ref<Exchange>, client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer
    ) {
        pool.reserve(bytes.count + 512, in: &out)
        out.append("Forwarded: ")
        if exchange.value.isTrusted, configuration.clientAddressField == .forwarded {
            for position in 0..<requestHead.fieldCount where fields[position].name == .forwarded {
                let value = unsafe slice(bytes, fields[position].value)
                if unsafe value.isEmpty { continue }
                unsafe out.append(value)
                out.append(", ")
            }
        } else if exchange.value.clientAddress != client.value.peer {
            appendNode(exchange.value.clientAddress, to: &out)
            out.append(", ")
        }
        appendNode(client.value.peer, to: &out)
        // A host has no quotes and no backslashes in it: the parser has seen to that.
        out.append(";host=\"")
        unsafe out.append(slice(bytes, requestHead.authority))
        out.append(listeners[Int(client.value.tag)].isSecure ? "\";proto=https\r\n" : "\";proto=http\r\n")
    }

    /// `for=192.0.2.1`; an IPv6 address stands in brackets and quotes (RFC 7239 §6).
    private func appendNode(_ address: SocketAddress, to out: inout Buffer) {
        if address.isUnix {
            out.append("for=unknown")
        } else if address.isIPv6 {
            out.append("for=\"[")
            address.append(to: &out)
            out.append("]\"")
        } else {
            out.append("for=")
            address.append(to: &out)
        }
    }

    /// Sixteen hexadecimal digits.
    func appendRequestID(_ out: inout Buffer, _ word: UInt64) {
        out.append(hexadecimalOf: UInt32(truncatingIfNeeded: word >> 32))
        out.append(hexadecimalOf: UInt32(truncatingIfNeeded: word))
    }
}

/// Which of the fields about the client a trusted proxy has already set.
struct KeptFields {
    var proto = false
    var host = false
    var port = false
    var realIP = false
    var requestID = false
}
