internal import COpenSSL

/// Checksums of texts.
enum Digest {
    case md5, sha1, sha256, sha512

    /// The checksum of `octets`.
    func hash(_ octets: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count = 0
        // Safety: OpenSSL reads as many octets as it is told, and writes no more than EVP_MAX_MD_SIZE.
        let isDone = unsafe EVP_Q_digest(nil, name, nil, octets, octets.count, &result, &count) == 1
        return isDone ? Array(result.prefix(count)) : []
    }

    /// The checksum of `octets` that only those can make who know `key` (RFC 2104).
    func authenticate(_ octets: [UInt8], key: [UInt8]) -> [UInt8] {
        let blockSize = self == .sha512 ? 128 : 64
        var padded = key.count > blockSize ? hash(key) : key
        padded += [UInt8](repeating: 0, count: blockSize - padded.count)
        return hash(padded.map { $0 ^ 0x5C } + hash(padded.map { $0 ^ 0x36 } + octets))
    }

    /// OpenSSL's name.
    private var name: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha512: "SHA512"
        }
    }
}

/// Hexadecimal digits.
enum Hex {
    /// Two lower-case digits an octet.
    static func text(_ octets: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
