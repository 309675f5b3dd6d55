internal import COpenSSL
internal import Glibc
internal import Wire

// Safety: what is unsafe here are calls of OpenSSL that read a certificate which its wrapper keeps alive meanwhile, and
// memory that they give out, which is used before it is freed or before the certificate goes.

extension CertificateFacts {
    /// Reads a certificate.
    init(_ certificate: Certificate) {
        defer { ErrorQueue.clear() }
        let pointer = unsafe certificate.pointer
        subject = unsafe Self.text(of: X509_get_subject_name(pointer))
        issuer = unsafe Self.text(of: X509_get_issuer_name(pointer))
        serial = unsafe Self.octets(of: X509_get0_serialNumber(pointer)).hexadecimal
        names = unsafe Self.names(of: pointer)
        // Malformed times make a certificate that is never good.
        notBefore = unsafe Self.seconds(X509_get0_notBefore(pointer)) ?? UTCTime.last
        notAfter = unsafe Self.seconds(X509_get0_notAfter(pointer)) ?? 0
        let key = unsafe X509_get0_pubkey(pointer)
        keyKind = unsafe key.map { unsafe KeyKind(key: $0) } ?? .other("unknown")
        fingerprint = unsafe Self.fingerprint(of: pointer)
        let signature = unsafe OBJ_nid2ln(X509_get_signature_nid(pointer))
        self.signature = unsafe signature.map { unsafe String(cString: $0) } ?? "unknown"
        ocspResponder = unsafe Self.ocspResponder(of: pointer)
        issuerLocation = unsafe Self.issuerLocation(of: pointer)
        isSelfSigned = unsafe X509_self_signed(pointer, 1) == 1
        weakness = unsafe Self.weakness(of: pointer, keyKind, signedBySelf: isSelfSigned)
        isAuthority = unsafe X509_check_ca(pointer) > 0
        mustStaple = unsafe Self.mustStaple(pointer)
    }

    /// Seconds since 1970 of one of OpenSSL's times; nil if it is malformed.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1, unsafe time != nil else { return nil }
        return Int64(unsafe timegm(&parts))
    }

    private static func text(of name: OpaquePointer?) -> String {
        guard let memory = MemoryBIO(), unsafe name != nil, unsafe portico_x509_name_print(memory.pointer, name) >= 0
        else { return "" }
        return String(decoding: memory.octets, as: UTF8.self)
    }

    private static func octets(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    private static func fingerprint(of certificate: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard unsafe X509_digest(certificate, EVP_sha256(), &digest, &count) == 1 else { return "" }
        return Array(digest.prefix(Int(count))).hexadecimal
    }

    // MARK: Names

    private static func names(of certificate: OpaquePointer) -> [String] {
        var names: [String] = []
        func add(_ name: String?) {
            if let name, !names.contains(name) { names.append(name) }
        }
        if let list = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) {
            let stack = OpaquePointer(list)
            defer { unsafe GENERAL_NAMES_free(stack) }
            for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
                guard let element = unsafe OPENSSL_sk_value(stack, index) else { continue }
                var kind: Int32 = 0
                let name = unsafe element.assumingMemoryBound(to: GENERAL_NAME.self)
                guard let value = unsafe GENERAL_NAME_get0_value(name, &kind) else { continue }
                guard kind == GEN_DNS || kind == GEN_IPADD else { continue }
                let octets = unsafe octets(of: UnsafePointer(value.assumingMemoryBound(to: ASN1_STRING.self)))
                add(kind == GEN_DNS ? hostPattern(octets) : AddressText.text(of: octets))
            }
        }
        if names.isEmpty { add(unsafe commonName(of: certificate).flatMap { hostPattern($0) }) }
        return names
    }

    /// A DNS name as it is looked up, `*.` in front kept; nil for what no host can be called.
    private static func hostPattern(_ octets: [UInt8]) -> String? {
        // A NUL would end the name for some readers and not for others.
        guard !octets.contains(0), let text = String(validating: octets, as: UTF8.self) else { return nil }
        guard text.hasPrefix("*.") else { return HostName.canonical(text) }
        return HostName.canonical(String(text.dropFirst(2))).map { "*.\($0)" }
    }

    private static func commonName(of certificate: OpaquePointer) -> [UInt8]? {
        guard let name = unsafe X509_get_subject_name(certificate) else { return nil }
        // The last one is the most specific.
        var last: Int32 = -1
        while true {
            let next = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, last)
            guard next >= 0 else { break }
            last = next
        }
        guard last >= 0, let entry = unsafe X509_NAME_get_entry(name, last),
            let value = unsafe X509_NAME_ENTRY_get_data(entry)
        else { return nil }
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&start, value)
        guard count >= 0, let octets = unsafe start else { return nil }
        defer { unsafe CRYPTO_free(octets, #file, #line) }
        return unsafe Array(UnsafeBufferPointer(start: octets, count: Int(count)))
    }

    // MARK: Extensions

    private static func ocspResponder(of certificate: OpaquePointer) -> String? {
        guard let stack = unsafe X509_get1_ocsp(certificate) else { return nil }
        defer { unsafe X509_email_free(stack) }
        for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
            guard let element = unsafe OPENSSL_sk_value(stack, index) else { continue }
            let text = unsafe String(cString: element.assumingMemoryBound(to: CChar.self))
            if text.lowercased().hasPrefix("http://") { return text }
        }
        return nil
    }

    /// The first of `caIssuers` in its authority information access (RFC 5280 §4.2.2.1).
    private static func issuerLocation(of certificate: OpaquePointer) -> String? {
        guard let list = unsafe X509_get_ext_d2i(certificate, NID_info_access, nil, nil) else { return nil }
        let stack = OpaquePointer(list)
        defer { unsafe AUTHORITY_INFO_ACCESS_free(stack) }
        for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
            guard let element = unsafe OPENSSL_sk_value(stack, index) else { continue }
            let access = unsafe element.assumingMemoryBound(to: ACCESS_DESCRIPTION.self)
            guard unsafe OBJ_obj2nid(access.pointee.method) == NID_ad_ca_issuers else { continue }
            var kind: Int32 = 0
            guard let value = unsafe GENERAL_NAME_get0_value(access.pointee.location, &kind), kind == GEN_URI else {
                continue
            }
            let octets = unsafe octets(of: UnsafePointer(value.assumingMemoryBound(to: ASN1_STRING.self)))
            return String(decoding: octets, as: UTF8.self)
        }
        return nil
    }

    /// What OpenSSL's security level 2, Debian's default, refuses: less than 112 bits of security.
    private static func weakness(
        of certificate: OpaquePointer, _ kind: KeyKind, signedBySelf: Bool
    ) -> String? {
        guard let key = unsafe X509_get0_pubkey(certificate) else { return nil }
        let bits = unsafe EVP_PKEY_get_security_bits(key)
        if bits > 0, bits < 112 { return "its key is too weak (\(kind))" }
        var digestBits: Int32 = 0
        guard !signedBySelf, unsafe X509_get_signature_info(certificate, nil, nil, &digestBits, nil) == 1,
            digestBits > 0, digestBits < 112
        else { return nil }
        let name = unsafe OBJ_nid2ln(X509_get_signature_nid(certificate))
        return "its signature is too weak (\(unsafe name.map { unsafe String(cString: $0) } ?? "unknown"))"
    }

    /// The TLS feature `status_request`, 5 (RFC 7633 §6).
    private static func mustStaple(_ certificate: OpaquePointer) -> Bool {
        guard let list = unsafe X509_get_ext_d2i(certificate, NID_tlsfeature, nil, nil) else { return false }
        let stack = OpaquePointer(list)
        var found = false
        while let element = unsafe OPENSSL_sk_pop(stack) {
            let number = unsafe element.assumingMemoryBound(to: ASN1_INTEGER.self)
            if unsafe ASN1_INTEGER_get(number) == 5 { found = true }
            unsafe ASN1_INTEGER_free(number)
        }
        unsafe OPENSSL_sk_free(stack)
        return found
    }
}

extension [UInt8] {
    /// Two lower-case digits an octet.
    var hexadecimal: String {
        let digits = Array<UInt8>("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
