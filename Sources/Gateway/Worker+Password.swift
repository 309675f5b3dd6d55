internal import Reactor
internal import Routing
internal import Wire

/// Passwords that are asked for before a request goes on (RFC 7617).
///
/// Credentials that were verified before are known by their proof, without a hash; others are verified by threads of their
/// own while the request is parked.
extension Worker {
    /// Reads the credentials; false when the request was answered.
    ///
    /// The user's name lies at the beginning of `credentialMemory`.
    mutating func readCredentials(
        _ exchange: Ref<Exchange>, _ passwords: PasswordTable, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard unsafe decodeCredentials(bytes) else {
            challenge = passwords
            return refuse(exchange, GatewayError(.unauthorized))
        }
        removesAuthorization = passwords.removesHeader
        if log != nil {
            let user = unsafe UnsafeRawBufferPointer(credentialMemory.prefix(userCount))
            pool.reserve(userCount, in: &exchange.value.record)
            unsafe exchange.value.record.append(user)
            exchange.value.recordParts.user = UInt16(userCount)
        }
        return true
    }

    /// Goes on with a request whose credentials were read: at once where they are known, else it is parked until they are
    /// verified; false when it was answered.
    mutating func checkCredentials(_ exchange: Ref<Exchange>, _ passwords: PasswordTable) -> Bool {
        let octets = unsafe UnsafeRawBufferPointer(credentialMemory.prefix(credentialCount))
        var hash = KeyedHash(key: handle.limits.key, isWide: true)
        hash.take(passwords.identity)
        hash.take(UInt64(userCount))
        unsafe hash.take(octets)
        let (first, second) = hash.finish()
        // Nothing is the mark of an empty place.
        let proof = CredentialProof(first: first | 1, second: second)
        if handle.limits.credentials.knows(proof) { return true }
        guard let ticket = park(exchange, for: .verification, milliseconds: Limits.passwordMilliseconds) else {
            return refuse(exchange, GatewayError(.exhausted))
        }
        let job = PasswordPool.Job(
            table: passwords, user: unsafe Array(octets[..<userCount]),
            password: unsafe Array(octets[(userCount + 1)...]),
            proof: proof, worker: handle, ticket: ticket,
            deadline: now &+ UInt64(Limits.passwordMilliseconds) &* 1_000_000)
        guard handle.limits.passwords.submit(job) else {
            leaveParking(exchange)
            setDeadline(connections[exchange.value.client], 0)
            return refuse(exchange, GatewayError(.exhausted))
        }
        return true
    }

    /// The word on a parked request's credentials.
    mutating func settleCredentials(_ ticket: ParkingTicket, isRight: Bool) {
        guard let exchange = unpark(ticket) else { return }
        if isRight {
            proceed(exchange)
            return
        }
        if let table = holds[exchange.value.hold].value.table {
            challenge = table.passwords(
                of: table.routes[Int(exchange.value.route)], table.services[Int(exchange.value.service)])
        }
        _ = refuse(exchange, GatewayError(.unauthorized))
        settleOwnAnswer(exchange)
    }

    /// Puts user, colon and password into `credentialMemory`; false if there are none that make sense.
    private mutating func decodeCredentials(_ bytes: UnsafeRawBufferPointer) -> Bool {
        userCount = 0
        var found = false
        for position in 0..<requestHead.fieldCount where fields[position].name == .authorization {
            // Which of two would count?
            if found { return false }
            found = true
            let value = unsafe slice(bytes, fields[position].value)
            let scheme: StaticString = "basic "
            guard value.count > 6, value.count < Limits.credentialBytes,
                unsafe equalsFolded(UnsafeRawBufferPointer(rebasing: value[..<6]), scheme.octets)
            else { return false }
            var start = 6
            while start < value.count, unsafe value[start] == 32 { start += 1 }
            let text = unsafe UnsafeRawBufferPointer(rebasing: value[start...])
            credentialCount = unsafe Base64Text.decode(text, into: credentialMemory.bytes)
        }
        guard found, credentialCount > 0 else { return false }
        let octets = unsafe credentialMemory.prefix(credentialCount)
        var count = 0
        while count < credentialCount, unsafe octets[count] != 58 {
            // It goes into a field: control characters have no place there (RFC 7617 §2).
            if unsafe octets[count] < 32 || octets[count] == 127 { return false }
            count += 1
        }
        guard count > 0, count < credentialCount, count <= 255 else { return false }
        userCount = count
        return true
    }

    /// Whether a field of a request with credentials is none that goes on.
    func isOfUser(_ field: HeaderField, in bytes: UnsafeRawBufferPointer) -> Bool {
        if field.name == .authorization { return removesAuthorization }
        return unsafe field.name == .other && namesUser(field, in: bytes)
    }

    /// Tells the endpoint who it is, and is done with the credentials.
    mutating func writeUser(_ out: inout Buffer) {
        pool.reserve(1024, in: &out)
        out.append("X-Forwarded-User: ")
        unsafe out.append(UnsafeRawBufferPointer(credentialMemory.prefix(userCount)))
        out.append("\r\n")
    }

    /// Whether a field is `X-Forwarded-User`, or would pass for it: of an endpoint behind a password it is the edge's.
    private func namesUser(_ field: HeaderField, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard field.nameCount == 16 else { return false }
        let name = unsafe name(of: field, in: bytes)
        let expected: StaticString = "x-forwarded-user"
        for index in 0..<16 {
            let octet = unsafe name[index]
            let plain = octet == 95 ? 45 : octet >= 65 && octet <= 90 ? octet | 32 : octet
            if unsafe plain != expected.utf8Start[index] { return false }
        }
        return true
    }

    /// What a 401 must say (RFC 9110 §11.6.1).
    mutating func appendChallenge() {
        guard let asked = challenge else { return }
        challenge = nil
        pool.reserve(asked.realm.count + 1024, in: &head)
        head.append("WWW-Authenticate: Basic realm=\"")
        unsafe asked.realm.withUnsafeBytes { unsafe head.append($0) }
        head.append("\", charset=\"UTF-8\"\r\n")
    }
}
