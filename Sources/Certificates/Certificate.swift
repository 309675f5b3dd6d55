internal import COpenSSL

/// An X.509 certificate.
///
/// Invariants: `pointer` is a live X509 of which this object holds one reference until it goes, and which nobody changes
/// once it is here; what OpenSSL works out of the extensions when it is first asked was asked for in `init`.
@safe
final class Certificate: @unchecked Sendable {
    // Safety: an X509 that does not change may be read by any number of threads; its count of references is atomic.
    let pointer: OpaquePointer

    /// Takes over the caller's reference.
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
        _ = unsafe X509_check_purpose(pointer, -1, 0)
        ErrorQueue.clear()
    }

    /// Reads DER; nil if it is none, or if octets follow it.
    ///
    /// The error queue tells why.
    convenience init?(der: [UInt8]) {
        guard OpenSSLStart.isDone else { return nil }
        let pointer = unsafe der.withUnsafeBufferPointer { octets -> OpaquePointer? in
            var next = octets.baseAddress
            guard let certificate = unsafe d2i_X509(nil, &next, octets.count) else { return nil }
            guard let next = unsafe next, let end = unsafe octets.baseAddress.map({ unsafe $0 + octets.count }),
                unsafe next == end
            else {
                unsafe X509_free(certificate)
                return nil
            }
            return unsafe certificate
        }
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.init(adopting: pointer)
    }

    deinit { unsafe X509_free(pointer) }

    /// Whether this is the issuer of `other`: by its name, its key's identifier, what it may be used for, and the
    /// signature.
    func issued(_ other: Certificate) -> Bool {
        defer { ErrorQueue.clear() }
        guard unsafe X509_check_issued(pointer, other.pointer) == X509_V_OK else { return false }
        guard let key = unsafe X509_get0_pubkey(pointer) else { return false }
        return unsafe X509_verify(other.pointer, key) == 1
    }

    /// Whether the two are octet by octet the same.
    func isSame(as other: Certificate) -> Bool {
        defer { ErrorQueue.clear() }
        return unsafe X509_cmp(pointer, other.pointer) == 0
    }

    /// Its DER.
    var der: [UInt8] {
        defer { ErrorQueue.clear() }
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509(pointer, &start)
        guard count > 0, let octets = unsafe start else { return [] }
        defer { unsafe CRYPTO_free(octets, #file, #line) }
        return unsafe Array(UnsafeBufferPointer(start: octets, count: Int(count)))
    }

    /// Its PEM.
    var pem: [UInt8] {
        defer { ErrorQueue.clear() }
        guard let memory = MemoryBIO(), unsafe PEM_write_bio_X509(memory.pointer, pointer) == 1 else { return [] }
        return memory.octets
    }
}
