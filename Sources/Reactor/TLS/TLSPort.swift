internal import Certificates
internal import COpenSSL

/// What all TLS sessions of one worker share: the memory that records pass through, and the BIO by which OpenSSL
/// reaches it.
///
/// A session's records are read from the socket into ``records`` and offered; OpenSSL takes them from there and puts what
/// it has to send behind one another in ``outgoing``, which leaves in one send. So an idle session owns no buffer, and a
/// handshake's flights, or an answer and the close_notify behind it, cost one system call.
///
/// Invariants: one thread uses it; `state`, `bio` and `method` live from init to deinit; what was offered is read
/// before another session's records are offered; ``outgoing`` is emptied by whoever has sent it.
@safe
public struct TLSPort: ~Copyable {
    /// Octets of one read: a worker's read area of 128 KiB always holds the plain text of it, and before that of the record
    /// of which a part came with the read before.
    ///
    /// What finds no room would be written over by the next read.
    public static var recordBytes: Int { 112 << 10 }
    /// The most plain text of one record (RFC 8446 §5.1).
    static var plainBytes: Int { 16 << 10 }

    /// What the BIO's callbacks work on.
    ///
    /// Invariants: `incoming` points to `incomingCount` octets not yet taken; `outgoing` owns `capacity` octets of which
    /// `outgoingCount` wait.
    @safe
    struct State {
        var incoming: UnsafeMutableRawPointer?
        var incomingCount = 0
        var outgoing: UnsafeMutableRawPointer
        var outgoingCount = 0
        var capacity: Int
    }

    let state: UnsafeMutablePointer<State>
    let bio: OpaquePointer
    private let method: OpaquePointer
    /// Where records are read from the socket.
    public let records: UnsafeMutableRawBufferPointer
    /// Where short pieces are gathered into one record.
    private let staging: UnsafeMutableRawPointer

    /// A port with its memory; nil when OpenSSL has none.
    public init?() {
        guard OpenSSLStart.isDone, let method = unsafe BIO_meth_new(BIO_TYPE_SOURCE_SINK | 0x70, "portico records")
        else { return nil }
        unsafe BIO_meth_set_read(method, Self.read)
        unsafe BIO_meth_set_write(method, Self.write)
        unsafe BIO_meth_set_ctrl(method, Self.control)
        guard let bio = unsafe BIO_new(method) else {
            unsafe BIO_meth_free(method)
            return nil
        }
        let capacity = 2 * Self.recordBytes
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(
            to: State(incoming: nil, outgoing: .allocate(byteCount: capacity, alignment: 64), capacity: capacity))
        unsafe BIO_set_data(bio, state)
        unsafe BIO_set_init(bio, 1)
        unsafe self.method = unsafe method
        unsafe self.bio = unsafe bio
        unsafe records = .allocate(byteCount: Self.recordBytes, alignment: 64)
        unsafe staging = .allocate(byteCount: Self.plainBytes, alignment: 64)
    }

    deinit {
        unsafe BIO_free(bio)
        unsafe BIO_meth_free(method)
        unsafe state.pointee.outgoing.deallocate()
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
        unsafe records.deallocate()
        unsafe staging.deallocate()
    }

    // MARK: - Records

    /// Offers the first `count` octets of ``records`` to the session that is called next.
    public func offer(_ count: Int) {
        precondition(count <= Self.recordBytes)
        unsafe state.pointee.incoming = records.baseAddress
        unsafe state.pointee.incomingCount = count
    }

    /// Whether not all that was offered has been taken.
    public var hasRest: Bool { unsafe state.pointee.incomingCount > 0 }

    /// Records to be sent.
    public var outgoing: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: state.pointee.outgoing, count: state.pointee.outgoingCount)
    }

    /// Forgets ``outgoing``: it was sent or kept elsewhere.
    public func emptyOutgoing() {
        unsafe state.pointee.outgoingCount = 0
    }

    // MARK: - Sessions

    /// Goes on with the handshake.
    public func handshake(_ session: TLSSession) -> TLSOutcome {
        guard let ssl = unsafe session.ssl else { return .failed }
        let result = unsafe SSL_do_handshake(ssl)
        return result == 1 ? .bytes(0) : unsafe outcome(of: ssl, result)
    }

    /// Reads plain text into `area` until the records that were offered are used up or `area` is full.
    ///
    /// - Returns: `.bytes` if there was any, whatever followed it: the next call tells.
    public func read(_ session: TLSSession, into area: UnsafeMutableRawBufferPointer) -> TLSOutcome {
        guard let ssl = unsafe session.ssl, let base = area.baseAddress else { return .failed }
        var total = 0
        while total < area.count {
            // Another call would only find that nothing is there.
            if total > 0, unsafe state.pointee.incomingCount == 0, unsafe SSL_has_pending(ssl) == 0 { break }
            let result = unsafe SSL_read(ssl, base + total, Int32(clamping: area.count - total))
            if result > 0 {
                total += Int(result)
                continue
            }
            let outcome = unsafe outcome(of: ssl, result)
            if total > 0, outcome != .failed { break }
            return outcome
        }
        return .bytes(total)
    }

    /// Puts `pieces` into as few records as they fit in; false if the session is broken.
    public func write(_ session: TLSSession, _ pieces: Pieces) -> Bool {
        guard let ssl = unsafe session.ssl else { return false }
        var isGood = true
        var staged = 0
        unsafe pieces.forEach(after: 0) { piece in
            var rest = unsafe piece
            // A piece that begins a record by itself, and what of it does not go with the next, is not copied.
            if staged == 0, pieces.used == 1 || rest.count >= Self.plainBytes {
                isGood = unsafe isGood && put(rest, ssl)
                return
            }
            while let base = rest.baseAddress, rest.count > 0 {
                let count = min(rest.count, Self.plainBytes - staged)
                unsafe (staging + staged).copyMemory(from: base, byteCount: count)
                staged += count
                unsafe rest = unsafe UnsafeRawBufferPointer(rebasing: rest[count...])
                guard staged == Self.plainBytes else { continue }
                isGood = unsafe isGood && put(UnsafeRawBufferPointer(start: staging, count: staged), ssl)
                staged = 0
                if rest.count >= Self.plainBytes {
                    isGood = unsafe isGood && put(rest, ssl)
                    return
                }
            }
        }
        if staged > 0 { isGood = unsafe isGood && put(UnsafeRawBufferPointer(start: staging, count: staged), ssl) }
        return isGood
    }

    private func put(_ bytes: UnsafeRawBufferPointer, _ ssl: OpaquePointer) -> Bool {
        guard unsafe SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count)) <= 0 else { return true }
        ERR_clear_error()
        return false
    }

    /// Says that nothing follows (RFC 8446 §6.1), once.
    public func close(_ session: TLSSession) {
        guard let ssl = unsafe session.ssl, unsafe SSL_is_init_finished(ssl) == 1,
            unsafe SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN == 0
        else { return }
        if unsafe SSL_shutdown(ssl) < 0 { ERR_clear_error() }
    }

    /// What a call that did not succeed came to; OpenSSL's queue of errors is left empty.
    private func outcome(of ssl: OpaquePointer, _ result: Int32) -> TLSOutcome {
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantsInput
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            ERR_clear_error()
            return .failed
        }
    }

    // MARK: - The BIO

    private static let read: @convention(c) (OpaquePointer?, UnsafeMutablePointer<CChar>?, Int32) -> Int32 = {
        bio, target, count in
        guard let state = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: State.self), let target = unsafe target,
            let source = unsafe state.pointee.incoming
        else {
            unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
            return -1
        }
        let taken = unsafe min(Int(count), state.pointee.incomingCount)
        guard taken > 0 else {
            unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
            return -1
        }
        unsafe BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
        unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: taken)
        unsafe state.pointee.incoming = unsafe source + taken
        unsafe state.pointee.incomingCount -= taken
        return Int32(taken)
    }

    private static let write: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 = {
        bio, source, count in
        guard let state = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: State.self), let source = unsafe source,
            count > 0
        else { return 0 }
        let needed = unsafe state.pointee.outgoingCount + Int(count)
        if unsafe needed > state.pointee.capacity {
            let capacity = unsafe max(needed, state.pointee.capacity * 2)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
            unsafe larger.copyMemory(from: state.pointee.outgoing, byteCount: state.pointee.outgoingCount)
            unsafe state.pointee.outgoing.deallocate()
            unsafe state.pointee.outgoing = unsafe larger
            unsafe state.pointee.capacity = capacity
        }
        unsafe (state.pointee.outgoing + state.pointee.outgoingCount).copyMemory(
            from: source, byteCount: Int(count))
        unsafe state.pointee.outgoingCount = needed
        return count
    }

    private static let control: @convention(c) (OpaquePointer?, Int32, Int, UnsafeMutableRawPointer?) -> Int = {
        _, command, _, _ in
        // Only a flush is asked for that matters, and there is nothing to do for it.
        command == BIO_CTRL_FLUSH ? 1 : 0
    }
}
