internal import Certificates
internal import COpenSSL

/// Seals and opens tickets for OpenSSL: AES-256-CBC and HMAC-SHA-256, as RFC 5077 §4 recommends.
///
/// Invariant: `cipher` lives from init to deinit; fetched once, because OpenSSL 3 otherwise looks it up for every ticket.
@safe
final class TicketSeal {
    private let keys: TicketKeys
    private let cipher: OpaquePointer

    init?(keys: TicketKeys) {
        guard OpenSSLStart.isDone, let cipher = unsafe EVP_CIPHER_fetch(nil, "AES-256-CBC", nil) else { return nil }
        self.keys = keys
        unsafe self.cipher = unsafe cipher
    }

    deinit {
        unsafe EVP_CIPHER_free(cipher)
    }

    /// OpenSSL's callback, of a session for `host`: 1 and 2 go on (2: with a new ticket), 0 has no key for it, -1 is an error.
    func key(
        name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>, cipherContext: OpaquePointer,
        macContext: OpaquePointer, isSealing: Bool, isUsedOnce: Bool,
        for host: InlineName
    ) -> Int32 {
        let now = MonotonicClock.now
        if isSealing {
            guard let key = keys.current(now: now), unsafe RAND_bytes(vector, Int32(Self.vectorBytes)) == 1 else {
                return -1
            }
            for index in 0..<TicketKeys.nameBytes { unsafe name[index] = key.name[index] }
            return unsafe begin(key, host, vector, cipherContext, macContext, seals: true) ? 1 : -1
        }
        let given = unsafe UnsafeRawBufferPointer(start: name, count: TicketKeys.nameBytes)
        guard let found = unsafe keys.key(named: given, now: now) else { return 0 }
        guard unsafe begin(found.key, host, vector, cipherContext, macContext, seals: false) else { return -1 }
        // In TLS 1.3 a ticket is to be used once (RFC 8446 §C.4): who uses it gets the next.
        return found.isCurrent && !isUsedOnce ? 1 : 2
    }

    private static let vectorBytes = 16

    private func begin(
        _ key: TicketKeys.Key, _ host: InlineName, _ vector: UnsafeMutablePointer<UInt8>,
        _ cipherContext: OpaquePointer,
        _ macContext: OpaquePointer, seals: Bool
    ) -> Bool {
        // The host is part of the key: for another the ticket is none of ours (RFC 6066 §3).
        var host = host
        let macKey = unsafe key.macKey + host.withBytes { unsafe Array($0) }
        var digest = Array("SHA256".utf8CString)
        let isKeyed = unsafe digest.withUnsafeMutableBufferPointer { digest in
            let parameters = unsafe [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe EVP_MAC_init(macContext, macKey, macKey.count, parameters) == 1
        }
        guard isKeyed else { return false }
        return unsafe seals
            ? EVP_EncryptInit_ex2(cipherContext, cipher, key.cipherKey, vector, nil) == 1
            : EVP_DecryptInit_ex2(cipherContext, cipher, key.cipherKey, vector, nil) == 1
    }
}
