internal import Discovery

/// What one source says, in one form: known keys by their one name, each once, lists as lists, blocks as blocks.
struct ConfigurationLayer: Sendable {
    /// An object; `template` is a list of objects.
    private(set) var root: ConfigurationNode

    /// A layer that says nothing.
    init() {
        root = ConfigurationNode(.object([]), at: SourcePlace(source: ""))
    }

    /// The layer of a document.
    ///
    /// - Parameter errors: keys that are none and values where blocks should be are added, and left out of the layer.
    init(_ document: ConfigurationNode, errors: inout [ConfigurationError]) {
        root = Self.normal(document, KeyTable.root, &errors)
    }

    /// Says `content` at a path of keys, over what was said there before; a list where several add to it.
    mutating func set(_ path: [String], _ content: ConfigurationNode.Content, at place: SourcePlace) {
        var node = ConfigurationNode(content, at: place)
        for name in path.reversed() {
            node = ConfigurationNode(.object([ConfigurationField(name: name, place: place, value: node)]), at: place)
        }
        root = Self.merged(root, node, KeyTable.root)
    }

    /// This layer under `stronger`.
    func under(_ stronger: ConfigurationLayer) -> ConfigurationLayer {
        var both = self
        both.root = Self.merged(root, stronger.root, KeyTable.root)
        return both
    }

    /// Whether anything is said at a path of keys.
    func says(_ path: [String]) -> Bool {
        var node: ConfigurationNode? = root
        for name in path { node = node?[name] }
        return node != nil
    }

    /// This layer, without what it says at some paths of keys.
    func without(_ paths: [[String]]) -> ConfigurationLayer {
        var layer = self
        for path in paths { layer.root = Self.without(path[...], layer.root) }
        return layer
    }

    private static func without(_ path: ArraySlice<String>, _ node: ConfigurationNode) -> ConfigurationNode {
        guard let name = path.first, let fields = node.fields else { return node }
        let rest = path.dropFirst()
        let kept = fields.compactMap { field -> ConfigurationField? in
            guard field.name == name else { return field }
            guard !rest.isEmpty else { return nil }
            var field = field
            field.value = without(rest, field.value)
            return field
        }
        return ConfigurationNode(.object(kept), at: node.place)
    }

    // MARK: One form

    private static func normal(
        _ object: ConfigurationNode, _ table: KeyTable, _ errors: inout [ConfigurationError]
    ) -> ConfigurationNode {
        var fields: [ConfigurationField] = []
        for field in object.fields ?? [] {
            guard let key = table.key(field.name) else {
                guard errors.count < ConfigurationLimits.errors else { continue }
                errors.append(ConfigurationError(field.place, table.refusal(of: field.name)))
                continue
            }
            guard let value = normal(field, key.shape, &errors) else { continue }
            let index = fields.firstIndex { $0.name == key.name }
            if case .blocks = key.shape, let index, case .list(var blocks) = fields[index].value.content,
                case .list(let more) = value.content
            {
                // So that there is one owner of the list, and it grows in its place.
                fields[index].value.content = .null
                blocks += more
                fields[index].value.content = .list(blocks)
                continue
            }
            // The last one wins whole.
            if let index { fields.remove(at: index) }
            fields.append(ConfigurationField(name: key.name, place: field.place, value: value))
        }
        return ConfigurationNode(.object(fields), at: object.place)
    }

    /// The value in the form of its shape, nil if there is none.
    private static func normal(
        _ field: ConfigurationField, _ shape: KeyTable.Shape, _ errors: inout [ConfigurationError]
    ) -> ConfigurationNode? {
        let value = field.value
        if case .null = value.content { return nil }
        switch shape {
        case .value: return value
        case .list, .growingList:
            guard case .text(let text) = value.content else { return value }
            let parts = text.split(separator: ",").map { ConfigurationNode(.text($0.trimmed), at: value.place) }
            return ConfigurationNode(.list(parts), at: value.place)
        case .block(let table):
            if case .text(let text) = value.content, let shorthand = table.shorthand {
                return ConfigurationNode(.object(shorthand(text, value.place)), at: value.place)
            }
            return blocks(field, table, &errors).last
        case .blocks(let table):
            return ConfigurationNode(.list(blocks(field, table, &errors)), at: value.place)
        }
    }

    /// The blocks of a field: its object, or the objects of its list.
    private static func blocks(
        _ field: ConfigurationField, _ table: KeyTable, _ errors: inout [ConfigurationError]
    ) -> [ConfigurationNode] {
        var nodes = [field.value]
        if case .list(let items) = field.value.content { nodes = items }
        return nodes.compactMap { node in
            guard let fields = node.fields else {
                guard errors.count < ConfigurationLimits.errors else { return nil }
                errors.append(
                    ConfigurationError(
                        node.place,
                        "\(table.path) is \(node): it is a block, \(field.name) { ... }, of "
                            + table.keys.map(\.name).joined(separator: ", ")))
                return nil
            }
            if fields.count == 1, fields[0].value.fields != nil, table.key(fields[0].name) == nil,
                nearestName(to: fields[0].name, among: table.keys.map(\.name)) == nil
            {
                errors.append(
                    ConfigurationError(
                        fields[0].place,
                        "\(field.name) \"\(fields[0].name)\": a block has no name here: write \(field.name) { ... }"))
                return nil
            }
            return normal(node, table, &errors)
        }
    }

    // MARK: Merging

    private static func merged(
        _ weaker: ConfigurationNode, _ stronger: ConfigurationNode, _ table: KeyTable
    ) -> ConfigurationNode {
        var fields = weaker.fields ?? []
        for field in stronger.fields ?? [] {
            guard let index = fields.firstIndex(where: { $0.name == field.name }) else {
                fields.append(field)
                continue
            }
            let before = fields[index].value
            fields[index] = field
            switch (table.key(field.name)?.shape, before.content, field.value.content) {
            case (.block(let inner), .object, .object):
                fields[index].value = merged(before, field.value, inner)
            case (.blocks, .list(let first), .list(let more)), (.growingList, .list(let first), .list(let more)):
                fields[index].value.content = .list(first + more)
            default: break
            }
        }
        return ConfigurationNode(.object(fields), at: stronger.place)
    }
}
