internal import Glibc
internal import Synchronization

/// What tells one pair of a password table and credentials from all others: a keyed hash of 128 bits.
///
/// The password cannot be had from it, nor can anybody without the key make one that is in the cache.
struct CredentialProof: Sendable, Equatable {
    let first: UInt64
    let second: UInt64
}

/// Credentials that were verified, for all workers: a table of fixed size without a lock, 4,096 places of 16 octets.
///
/// Where a set is full one of its places is taken by chance. What was verified by another password table than the one in
/// force is not found, for the table's identity is in the proof.
///
/// Safety: the memory is zeroed, which is a valid state of atomics, and lives as long as the object; every access is atomic.
/// The two words of a place are not written at once: a reader who finds halves of two proofs finds neither.
@safe
final class CredentialCache: @unchecked Sendable {
    private static let ways = 8
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let setMask: Int
    private let turn = Atomic<Int>(0)

    init(places: Int = Limits.verifiedCredentials) {
        setMask = places / Self.ways - 1
        unsafe words = zeroedWords(places * 2)
    }

    deinit {
        unsafe free(words)
    }

    /// Whether the proof was added, and is still there.
    func knows(_ proof: CredentialProof) -> Bool {
        let first = start(proof)
        for place in stride(from: first, to: first + Self.ways * 2, by: 2)
        where unsafe words[place].load(ordering: .acquiring) == proof.first {
            if unsafe words[place + 1].load(ordering: .relaxed) == proof.second { return true }
        }
        return false
    }

    /// Adds a proof of what was verified.
    func add(_ proof: CredentialProof) {
        guard !knows(proof) else { return }
        let way = turn.add(1, ordering: .relaxed).oldValue & (Self.ways - 1)
        let place = start(proof) + way * 2
        unsafe words[place].store(0, ordering: .relaxed)
        unsafe words[place + 1].store(proof.second, ordering: .relaxed)
        unsafe words[place].store(proof.first, ordering: .releasing)
    }

    private func start(_ proof: CredentialProof) -> Int {
        (Int(truncatingIfNeeded: proof.first) & setMask) * Self.ways * 2
    }
}
