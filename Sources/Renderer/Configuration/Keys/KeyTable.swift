internal import Discovery

/// The keys that a block may have.
struct KeyTable: Sendable {
    /// What a key's value is, as far as merging files needs to know; types are checked when the whole is read.
    enum Shape: Sendable {
        /// The last value wins.
        case value
        /// A list of texts, or one text with commas; the last one wins.
        case list
        /// A list of texts that several files add to.
        case growingList
        /// A block: the last of a file wins whole, and files are merged key by key.
        case block(KeyTable)
        /// A block that is repeated; files add to it.
        case blocks(KeyTable)
    }

    /// Where the block stands, with dots: `consul.retry`; empty for the outermost.
    let path: String
    /// The keys in the order in which messages list them.
    let keys: [(name: String, shape: Shape)]
    /// Other names of keys.
    var aliases: [String: String] = [:]
    /// Keys of old, and what became of them.
    var gone: [String: String] = [:]
    /// Makes a block of the text that may stand in its place.
    var shorthand: (@Sendable (String, SourcePlace) -> [ConfigurationField])?

    /// What the block is called in messages.
    var title: String { path.isEmpty ? "the configuration" : path }

    /// The key that `name` means, in whatever case it is written.
    func key(_ name: String) -> (name: String, shape: Shape)? {
        for candidate in [name, name.lowercased()] {
            let meant = aliases[candidate] ?? candidate
            if let key = keys.first(where: { $0.name == meant }) { return key }
        }
        return nil
    }

    /// Why `name` is no key here, and what would be right.
    func refusal(of name: String) -> String {
        if let text = gone[name.lowercased()] { return "\"\(name)\" in \(title) is no key any more: \(text)" }
        let names = keys.map(\.name)
        if let nearest = nearestName(to: name, among: names) {
            return "unknown key \"\(name)\" in \(title): did you mean \"\(nearest)\"?"
        }
        if let home = KeyTable.root.homes(of: name.lowercased()).first(where: { $0 != path }) {
            return "unknown key \"\(name)\" in \(title): it belongs in \(home.isEmpty ? "no block at all" : home)"
        }
        return "unknown key \"\(name)\" in \(title): known are \(names.joined(separator: ", "))"
    }

    /// The blocks that have a key called `name`, the outermost first.
    private func homes(of name: String) -> [String] {
        let here = keys.contains { $0.name == name } ? [path] : []
        return here
            + keys.flatMap { key -> [String] in
                switch key.shape {
                case .block(let table), .blocks(let table): table.homes(of: name)
                case .value, .list, .growingList: []
                }
            }
    }
}
