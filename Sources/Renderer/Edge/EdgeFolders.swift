internal import Discovery
internal import KeyValue

/// The endpoints of all services' folders: of new pairs only the folders are read in which something changed.
struct EdgeFolders: Sendable {
    /// One folder, or keys that lie in none.
    private struct Folder: Sendable {
        /// What stands behind the prefix, up to the slash.
        var name: Substring
        /// How many pairs there are in it.
        var count: Int
        var tree: ServiceTree
    }

    /// The endpoints, in the order of their keys.
    private(set) var endpoints: [EndpointEntry] = []
    private let prefix: String
    private var pairs: [KeyPair] = []
    private var folders: [Folder] = []

    /// No folders yet below `prefix`, which has a slash at its end.
    init(prefix: String) {
        self.prefix = prefix
    }

    /// What was left out, with its reasons.
    var problems: [DiscoveryProblem] {
        var problems: [DiscoveryProblem] = []
        for folder in folders where !folder.tree.problems.isEmpty { problems += folder.tree.problems }
        return problems
    }

    /// Takes up `next`, which ascend by their paths; whether anything is new.
    mutating func update(_ next: [KeyPair]) -> Bool {
        let (head, tail) = common(next)
        guard head < next.count || head < pairs.count else { return false }
        // What is the same at both ends stays, but for folders that are the same in part only.
        var first = 0
        var start = 0
        var endpointStart = 0
        while first < folders.count, start + folders[first].count <= head {
            start += folders[first].count
            endpointStart += folders[first].tree.endpoints.count
            first += 1
        }
        // The next pair may belong to the last folder that stays.
        if first > 0, start < next.count, name(of: next[start]) == folders[first - 1].name {
            first -= 1
            start -= folders[first].count
            endpointStart -= folders[first].tree.endpoints.count
        }
        var last = folders.count
        var end = next.count
        var endpointEnd = endpoints.count
        while last > first, next.count - end + folders[last - 1].count <= tail {
            end -= folders[last - 1].count
            endpointEnd -= folders[last - 1].tree.endpoints.count
            last -= 1
        }
        if last < folders.count, end > start, name(of: next[end - 1]) == folders[last].name {
            end += folders[last].count
            endpointEnd += folders[last].tree.endpoints.count
            last += 1
        }
        let fresh = read(next[start..<end], after: folders[first..<last])
        endpoints.replaceSubrange(endpointStart..<endpointEnd, with: fresh.flatMap(\.tree.endpoints))
        folders.replaceSubrange(first..<last, with: fresh)
        pairs = next
        return true
    }

    /// How many pairs are the same at the beginning, and how many of the others at the end.
    private func common(_ next: [KeyPair]) -> (head: Int, tail: Int) {
        let shorter = min(pairs.count, next.count)
        var head = 0
        while head < shorter, pairs[head] == next[head] { head += 1 }
        var tail = 0
        while tail < shorter - head, pairs[pairs.count - 1 - tail] == next[next.count - 1 - tail] { tail += 1 }
        return (head, tail)
    }

    private func name(of pair: KeyPair) -> Substring {
        let rest =
            pair.path.utf8.starts(with: prefix.utf8) ? pair.path.utf8.dropFirst(prefix.utf8.count) : pair.path.utf8[...]
        return Substring(rest.prefix { $0 != UInt8(ascii: "/") })
    }

    /// The folders of `pairs`; endpoints that were in one of `old` stay the same objects.
    private func read(_ pairs: ArraySlice<KeyPair>, after old: ArraySlice<Folder>) -> [Folder] {
        var trees: [Substring: ServiceTree] = [:]
        for folder in old { trees[folder.name] = folder.tree }
        var folders: [Folder] = []
        var start = pairs.startIndex
        while start < pairs.endIndex {
            let name = name(of: pairs[start])
            var entries: [KeyValueEntry] = []
            while start < pairs.endIndex, self.name(of: pairs[start]) == name {
                let pair = pairs[start]
                entries.append(KeyValueEntry(key: pair.path, value: pair.value, modifyIndex: pair.modifyIndex))
                start += 1
            }
            var tree = trees[name] ?? ServiceTree(prefix: prefix, source: "")
            tree.update(KeyValueListing(entries: entries, index: 0))
            folders.append(Folder(name: name, count: entries.count, tree: tree))
        }
        return folders
    }
}
