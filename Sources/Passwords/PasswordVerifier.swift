internal import CCrypt
internal import COpenSSL
internal import Glibc

/// Verifies passwords against hashes; one thread's own, for it keeps 32 KiB of working memory.
///
/// Invariant: `memory` is the size that libcrypt asks for, zeroed before its first use, and freed with the object.
@safe
public final class PasswordVerifier {
    private let memory: UnsafeMutableRawPointer

    /// The most octets of a password: libcrypt reads no more.
    public static let longestPassword = 511

    /// A verifier.
    public init() {
        unsafe memory = .allocate(byteCount: MemoryLayout<crypt_data>.size, alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<crypt_data>.size)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// Whether `password` is the one that `hash` was made of.
    ///
    /// Takes as long as the hash's scheme and cost ask, milliseconds to seconds; the comparison at the end takes as long
    /// whatever differs.
    public func verify(_ password: [UInt8], _ hash: [UInt8]) -> Bool {
        guard password.count <= Self.longestPassword, !password.contains(0),
            let scheme = PasswordScheme(of: String(decoding: hash, as: UTF8.self))
        else { return false }
        let made: [UInt8]
        switch scheme {
        case .bcrypt, .sha256, .sha512: made = crypted(password, hash)
        case .apr1: made = APR1.hash(password, like: hash)
        case .sha1: made = Array("{SHA}".utf8) + Base64.encode(Digest.sha1(password))
        }
        guard made.count == hash.count else { return false }
        return unsafe CRYPTO_memcmp(made, hash, made.count) == 0
    }

    private func crypted(_ password: [UInt8], _ hash: [UInt8]) -> [UInt8] {
        let phrase = password.map { CChar(bitPattern: $0) } + [0]
        let setting = hash.map { CChar(bitPattern: $0) } + [0]
        guard let text = unsafe crypt_rn(phrase, setting, memory, Int32(MemoryLayout<crypt_data>.size)) else {
            return []
        }
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
}

/// One-shot digests of OpenSSL's.
enum Digest {
    static func md5(_ octets: [UInt8]) -> [UInt8] { unsafe digest(octets, EVP_md5(), 16) }

    static func sha1(_ octets: [UInt8]) -> [UInt8] { unsafe digest(octets, EVP_sha1(), 20) }

    private static func digest(_ octets: [UInt8], _ kind: OpaquePointer?, _ size: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: size)
        var count = UInt32(size)
        let isDone = unsafe EVP_Digest(octets, octets.count, &output, &count, kind, nil)
        return isDone == 1 ? output : []
    }
}

/// Base64 with padding (RFC 4648 §4).
enum Base64 {
    static func encode(_ octets: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: octets.count, by: 3) {
            let rest = octets[start..<min(start + 3, octets.count)]
            let bits = rest.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - rest.count))
            for place in 0..<4 {
                text.append(
                    place <= rest.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
        }
        return text
    }
}
