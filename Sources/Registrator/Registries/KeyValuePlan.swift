internal import KeyValue

/// What is to be written so that a store holds this host's services and no others of it; without asking anybody.
///
/// An entry is this host's if its ID has the form `<dhost>:<cname>:<cport>` with this host's name, if it carries this host's
/// mark (custom IDs), or if it was written by this registry. All others stay as they are: a service whose key is somebody
/// else's is refused.
struct KeyValuePlan: Equatable {
    /// One change of one key.
    enum Step: Equatable {
        /// The key is made or changed; `index` is its revision now, 0 if there is none.
        case write(key: String, value: [UInt8], index: UInt64)
        /// The key is held by a session that is not ours any more: it is freed, and written, without ever being away.
        case takeOver(key: String, value: [UInt8], session: String)
        /// The key goes.
        case delete(key: String, index: UInt64)

        /// The key.
        var key: String {
            switch self {
            case .write(let key, _, _), .takeOver(let key, _, _), .delete(let key, _): key
            }
        }
    }

    /// Whose entries are meant.
    struct Owner: Equatable {
        /// The host's name.
        var host: String
        /// The prefix with its slash.
        var prefix: String
        /// The session that holds what is written; nil: entries have no lifetime.
        var session: String?
        /// What this registry has written.
        var written: [String: [UInt8]]
        /// Whether a custom ID belongs to who writes it last, as gliderlabs' has it.
        var isCompatible: Bool
        /// Whether the store keeps numbers beside values.
        var keepsFlags: Bool

        /// The number that entries with custom IDs are known by: FNV-1a of the host's name; 0 where there is none.
        var mark: UInt64 {
            guard keepsFlags, !isCompatible else { return 0 }
            return host.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
    }

    /// What to do, in the order of the keys.
    private(set) var steps: [Step] = []
    /// Keys that are somebody else's, with the reason.
    private(set) var refused: [String: String] = [:]

    /// The plan.
    ///
    /// - Parameters:
    ///   - wanted: the values by their keys.
    ///   - found: the entries that are there.
    init(_ wanted: [String: [UInt8]], found: [KeyValueEntry], owner: Owner) {
        var missing = wanted
        for entry in found {
            guard let value = wanted[entry.key] else {
                if Self.isOurs(entry, owner) { steps.append(.delete(key: entry.key, index: entry.modifyIndex)) }
                continue
            }
            missing[entry.key] = nil
            plan(entry, value, owner)
        }
        for (key, value) in missing { steps.append(.write(key: key, value: value, index: 0)) }
        steps.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private mutating func plan(_ entry: KeyValueEntry, _ value: [UInt8], _ owner: Owner) {
        let isSame = entry.value == value
        if isSame, entry.session == owner.session { return }
        // Where stores keep no mark, an entry of a registrator before this one is known by the address.
        let isOurs = Self.isOurs(entry, owner) || Self.address(entry.value) == Self.address(value)
        if let session = entry.session, session != owner.session {
            guard isOurs else {
                refused[entry.key] =
                    "\(entry.key) is held by session \(session): its ID is another host's: give one of them another"
                return
            }
            steps.append(.takeOver(key: entry.key, value: value, session: session))
            return
        }
        guard isOurs || owner.isCompatible else {
            let text = String(decoding: entry.value.prefix(80), as: UTF8.self)
            refused[entry.key] =
                "\(entry.key) is there with \"\(text)\", and not by this host: delete it, or give the container another ID"
            return
        }
        steps.append(.write(key: entry.key, value: value, index: entry.modifyIndex))
    }

    private static func isOurs(_ entry: KeyValueEntry, _ owner: Owner) -> Bool {
        if owner.written[entry.key] != nil { return true }
        if owner.mark != 0, entry.flags == owner.mark { return true }
        guard let slash = entry.key.lastIndex(of: "/") else { return false }
        return HostedID(String(entry.key[entry.key.index(after: slash)...]))?.host == owner.host
    }

    private static func address(_ value: [UInt8]) -> ArraySlice<UInt8> {
        value.prefix { $0 > UInt8(ascii: " ") }
    }
}
