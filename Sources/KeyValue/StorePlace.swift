/// A store and where in it somebody's keys begin, as URLs tell both: `consul://HOST:PORT/PREFIX`.
package struct StorePlace: Sendable, Equatable, CustomStringConvertible {
    /// What errors call a URL.
    package struct Words: Sendable {
        /// What the URL is of: `registry`.
        package var noun: String
        /// Its scheme as it is written, which need not be the store's.
        package var scheme: String

        /// Words of a URL.
        package init(noun: String, scheme: String) {
            self.noun = noun
            self.scheme = scheme
        }

        func invalid(_ whereIs: String, _ what: String, _ right: String) -> KeyValueError {
            KeyValueError(.invalid, "\(noun): \(whereIs): \(what): \(right)")
        }
    }

    /// The store.
    package var store: StoreURL
    /// Where keys begin, without slashes at its ends; nil if it is not said.
    package var prefix: String?

    /// A place.
    package init(_ store: StoreURL, prefix: String?) {
        self.store = store
        self.prefix = prefix
    }

    /// A place in a store behind hosts: what stands before the path of `rest` as a store's URL, and the path as the prefix.
    ///
    /// - Parameters:
    ///   - kind: the scheme of the store's own URL.
    ///   - rest: what follows the URL's scheme and its colon.
    ///   - takesPath: false if a path is paid no heed to.
    ///
    /// Throws ``KeyValueError/Kind/invalid``, without secrets.
    package init(
        network kind: String, _ rest: Substring, _ words: Words, takesPath: Bool = true
    ) throws(KeyValueError) {
        let scheme = words.scheme
        guard rest.hasPrefix("//") || rest.isEmpty else {
            throw words.invalid("\(scheme):...", "no // after the kind of \(words.noun)", "\(scheme)://HOST:PORT")
        }
        var authority = rest.dropFirst(2)
        let mark = authority.firstIndex(of: "?") ?? authority.endIndex
        let query = authority[mark...]
        authority = authority[..<mark]
        // A token may hold slashes that are not encoded, a host may not.
        let start = authority.lastIndex(of: "@") ?? authority.startIndex
        let slash = authority[start...].firstIndex(of: "/") ?? authority.endIndex
        let path = takesPath ? authority[slash...] : ""
        authority = authority[..<slash]
        // etcd's keys may begin with a slash, as the store's URL has it too.
        let root = kind.hasPrefix("etcd") && path.hasPrefix("//") ? "//" : ""
        store = try Self.storeURL("\(kind)://\(authority)\(root)\(query)", words)
        prefix = try Self.prefix(path, words)
    }

    /// A place in a store of this machine: `DIR`, `PATH`, with `?prefix=PREFIX` behind it.
    ///
    /// Throws ``KeyValueError/Kind/invalid``.
    package init(local rest: Substring, _ words: Words) throws(KeyValueError) {
        let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, halves.count == 2 else {
            store = try Self.storeURL("\(words.scheme):\(rest)", words)
            return
        }
        guard halves[1].hasPrefix("prefix=") else {
            throw words.invalid("\(words.scheme):\(first)?\(halves[1])", "an unknown option", "?prefix=PREFIX")
        }
        store = try Self.storeURL("\(words.scheme):\(first)", words)
        prefix = try Self.prefix(halves[1].dropFirst(7), words)
    }

    /// The URL without secrets.
    package var description: String {
        let text = store.description
        switch store {
        case .embedded, .file: return text + (prefix.map { "?prefix=\($0)" } ?? "")
        default:
            let mark = text.firstIndex(of: "?") ?? text.endIndex
            var slash = "/"
            if case .etcd(let etcd) = store, !etcd.root.isEmpty { slash = "" }
            return String(text[..<mark] + (prefix.map { slash + $0 } ?? "") + text[mark...])
        }
    }

    /// The prefix that a path says; nil for none.
    package static func prefix(_ path: Substring, _ words: Words) throws(KeyValueError) -> String? {
        let segments = path.split(separator: "/")
        guard segments.allSatisfy({ $0 != "." && $0 != ".." && !$0.contains(where: \.isWhitespace) }) else {
            throw words.invalid("\(words.scheme)://...\(path)", "no prefix of keys", "a path such as /services")
        }
        return segments.isEmpty ? nil : segments.joined(separator: "/")
    }

    /// A store's own errors, in the words of the URL's kind.
    private static func storeURL(_ text: String, _ words: Words) throws(KeyValueError) -> StoreURL {
        do {
            return try StoreURL(text)
        } catch {
            let end = error.description.hasPrefix("store: ") ? error.description.dropFirst(7) : error.description[...]
            throw KeyValueError(error.kind, "\(words.noun): \(words.scheme): \(end)")
        }
    }
}
