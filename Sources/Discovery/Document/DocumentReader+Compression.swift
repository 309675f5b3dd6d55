internal import Routing
internal import Wire

extension DocumentReader {
    /// `compress`: `true`, `false`, or how.
    func compression(_ node: DocumentNode) -> CompressionSettings {
        var settings = CompressionSettings()
        if case .scalar = node.content {
            settings.isOn = boolean(node, "compress")
            return settings
        }
        let members = fields(of: node, in: "compress", keys: ["types", "minimum", "algorithms", "level"])
        // Whoever says how wants it.
        settings.isOn = true
        if let node = members["types"] { settings.types = mediaTypes(node) }
        if let node = members["minimum"] {
            switch octets(node, "compress.minimum") {
            case .some(.some(let count)) where count <= 1 << 30: settings.minimum = Int(count)
            case .some: report("compress.minimum is \(quoted(node)): it is a size up to 1G", at: node)
            case .none: break
            }
        }
        if let node = members["algorithms"] { settings.codings = codings(node) }
        settings.level = integer(members["level"], "compress.level", in: 1...9)
        return settings
    }

    private func mediaTypes(_ node: DocumentNode) -> [String] {
        let types = strings(node, "compress.types")
        for type in types where !Self.isMediaType(type) {
            report(
                "type \"\(type)\" in compress.types: it is one such as text/html, text/*, *+json, or * for all",
                at: node)
        }
        return types
    }

    /// A type, with a `*` at its end or its beginning; parameters do not count, so they may not be there.
    private static func isMediaType(_ type: String) -> Bool {
        if type == "*" || type == "*/*" { return true }
        let stars = type.utf8.count { $0 == UInt8(ascii: "*") }
        let text = type.hasPrefix("*") ? type.dropFirst() : type.hasSuffix("/*") ? type.dropLast() : type[...]
        guard stars == (text.utf8.count == type.utf8.count ? 0 : 1), !text.isEmpty,
            !text.hasPrefix("/") || type.hasPrefix("*")
        else { return false }
        guard type.hasPrefix("*") || text.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1 else { return false }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !";,\"()<>@:\\[]?={}".utf8.contains($0) }
    }

    private func codings(_ node: DocumentNode) -> [ContentCoding] {
        let known: [String: ContentCoding] = ["zstd": .zstd, "br": .brotli, "brotli": .brotli, "gzip": .gzip]
        var codings: [ContentCoding] = []
        let nodes: [DocumentNode]
        if case .scalar = node.content { nodes = [node] } else { nodes = items(of: node, in: "compress.algorithms") }
        for item in nodes {
            guard let coding = item.scalar.flatMap({ known[$0] }) else {
                report("\(quoted(item)) in compress.algorithms: it is one of zstd, br, gzip", at: item)
                continue
            }
            if !codings.contains(coding) { codings.append(coding) }
        }
        if nodes.isEmpty { report("compress.algorithms names none: compress: false turns it off", at: node) }
        return codings
    }
}
