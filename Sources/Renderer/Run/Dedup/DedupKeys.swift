internal import KeyValue

/// The keys of one template below the prefix: `HASH/lock`, whose holder asks the store, and `HASH/data`, what it found.
///
/// The data's first line is text, `portico-dedup 1 SESSION GENERATION PARTS OCTETS`; behind it are the octets
/// of ``SharedAnswersWriter``. SESSION is the writer's. What does not fit into one value goes on in PARTS more keys,
/// `HASH/data/GENERATION/00001` and so on, which are there before the data names them.
struct DedupKeys: Sendable, Hashable {
    /// What the store holds for a template.
    struct View: Sendable, Equatable {
        /// The session that holds the lock, and what its renderer calls itself.
        var holder: String?
        var holderName = ""
        /// Where the data's value stands: a later one is another value; 0 if there is none.
        var dataIndex: UInt64 = 0
        /// The session that wrote it.
        var writer: String?
        /// The answers, nil if there are none that can be read.
        var answers: SharedAnswers?
        /// Why they cannot be read.
        var problem: String?
        /// Keys of parts that the data does not mention.
        var leftovers: [String] = []

        /// The answers of whoever leads now: what somebody before has written may be as old as that.
        var current: SharedAnswers? { holder != nil && holder == writer ? answers : nil }
    }

    /// What is to be written for some answers.
    struct Writing: Sendable, Equatable {
        var parts: [(key: String, value: [UInt8])]
        var data: [UInt8]

        static func == (left: Writing, right: Writing) -> Bool {
            left.data == right.data && left.parts.elementsEqual(right.parts) { $0 == $1 }
        }
    }

    /// The form of the data; a renderer with another one is not understood.
    static let form = "1"
    private static let title = "portico-dedup"
    /// Consul takes 512 KiB in a value.
    private static let partOctets = 384 << 10
    /// 24 MiB: each change of so much is read by every renderer.
    private static let partsMax = 64
    /// A header is shorter.
    private static let headerOctets = 256

    /// `PREFIX/HASH/`.
    let folder: String
    /// The key of the lock.
    var lock: String { folder + "lock" }
    /// The key of the answers.
    var data: String { folder + "data" }

    /// The keys of the template with this hash below `prefix`.
    init(prefix: String, hash: String) {
        folder = prefix.isEmpty || prefix.hasSuffix("/") ? "\(prefix)\(hash)/" : "\(prefix)/\(hash)/"
    }

    // MARK: Reading

    /// What `listing` of the folder says.
    func view(_ listing: KeyValueListing) -> View {
        var view = View()
        var parts: [String: [UInt8]] = [:]
        var value: [UInt8]?
        for entry in listing.entries {
            switch entry.key {
            case lock:
                view.holder = entry.session
                view.holderName = String(decoding: entry.value.prefix(256), as: UTF8.self)
            case data:
                value = entry.value
                view.dataIndex = entry.modifyIndex
            case let key where key.hasPrefix(data + "/"): parts[key] = entry.value
            default: break
            }
        }
        guard let value else {
            view.leftovers = parts.keys.sorted()
            return view
        }
        do throws(SharedAnswersReader.Malformed) {
            let (writer, octets, used) = try joined(value, parts)
            view.writer = writer
            view.answers = try SharedAnswersReader.answers(octets)
            view.leftovers = parts.keys.filter { !used.contains($0) }.sorted()
        } catch {
            view.problem = "\(data): \(error)"
        }
        return view
    }

    private func joined(
        _ value: [UInt8], _ parts: [String: [UInt8]]
    ) throws(SharedAnswersReader.Malformed) -> (writer: String, octets: [UInt8], used: Set<String>) {
        guard let end = value.prefix(Self.headerOctets).firstIndex(of: UInt8(ascii: "\n")) else {
            throw SharedAnswersReader.Malformed(description: "not written by portico render")
        }
        let words = String(decoding: value[..<end], as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count >= 2, words[0] == Self.title else {
            throw SharedAnswersReader.Malformed(description: "not written by portico render")
        }
        guard words[1] == Self.form else {
            throw SharedAnswersReader.Malformed(
                description: "of form \(words[1]), and this renderer reads \(Self.form): let all be of one version")
        }
        guard words.count == 6, let count = Int(words[4]), let total = Int(words[5]),
            (0...Self.partsMax).contains(count)
        else {
            throw SharedAnswersReader.Malformed(description: "a header that is none")
        }
        var octets = Array(value[(end + 1)...])
        var used: Set<String> = []
        for number in 0..<count {
            let key = part(number, of: words[3])
            guard let more = parts[key] else { throw SharedAnswersReader.Malformed(description: "\(key) is missing") }
            octets += more
            used.insert(key)
        }
        guard octets.count == total else {
            throw SharedAnswersReader.Malformed(description: "\(octets.count) octets instead of \(total)")
        }
        return (words[2], octets, used)
    }

    private func part(_ index: Int, of generation: String) -> String {
        let number = String(index + 1)
        return "\(data)/\(generation)/\(String(repeating: "0", count: max(0, 5 - number.count)))\(number)"
    }

    // MARK: Writing

    /// What is to be written for `answers`; nil if they are more than all values together take.
    ///
    /// - Parameters:
    ///   - session: the writer's.
    ///   - index: where the value stands that is replaced; tells these parts from others of the session.
    func writing(_ answers: SharedAnswers, session: String, over index: UInt64) -> Writing? {
        let generation = "\(session)-\(index)"
        let octets = SharedAnswersWriter.octets(answers)
        let count = max(0, (octets.count - 1) / Self.partOctets)
        guard count <= Self.partsMax else { return nil }
        let header = "\(Self.title) \(Self.form) \(session) \(generation) \(count) \(octets.count)\n"
        let parts = (0..<count).map { index in
            let start = (index + 1) * Self.partOctets
            return (part(index, of: generation), Array(octets[start..<min(start + Self.partOctets, octets.count)]))
        }
        return Writing(parts: parts, data: Array(header.utf8) + octets.prefix(Self.partOctets))
    }
}
