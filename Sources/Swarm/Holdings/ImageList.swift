/// The images of the cluster, each once, whoever holds it.
enum ImageList {
    /// The filters that are understood.
    static let filters: Set<String> = ["before", "dangling", "label", "node", "reference", "since"]

    /// The images that `filters` ask for, newest first; tags and digests of all engines that hold one together.
    ///
    /// - Throws: ``RequestError`` with 400 for a `dangling` that is neither true nor false, and for images to compare with
    ///   that nobody holds.
    static func list(_ engines: [EngineHoldings], _ filters: ListFilters) throws(RequestError) -> [JSONValue] {
        let all = merged(engines)
        let dangling = try flag(filters["dangling"].first)
        let before = try moment(filters["before"].first, "before", all)
        let since = try moment(filters["since"].first, "since", all)
        let chosen = merged(engines.filter { engine in filters.allows("node") { engine.isMeant(by: $0) } })
        let rows = chosen.filter { image in
            let created = image["Created"].integer ?? 0
            if let before, created >= before { return false }
            if let since, created <= since { return false }
            if let dangling, isDangling(image) != dangling { return false }
            return filters.allowsLabels(image.texts(of: "Labels"))
                && filters.allows("reference") { pattern in image["RepoTags"].texts.contains { matches($0, pattern) } }
        }
        return rows.sorted { left, right in
            let (one, two) = (left["Created"].integer ?? 0, right["Created"].integer ?? 0)
            return one != two ? one > two : (left["Id"].text ?? "") < (right["Id"].text ?? "")
        }
    }

    /// The engines that hold the image that `name` means: its ID, with or without the kind of digest, the beginning of that,
    /// a tag, a repository (whose `latest` is meant), or a digest.
    ///
    /// - Parameter isRepository: whether a repository means all of its tags.
    static func holders(
        of name: String, _ engines: [EngineHoldings], isRepository: Bool = false
    ) -> [EngineHoldings] {
        let familiar = NodeImage.familiar(name)
        return engines.filter { engine in
            engine.images.contains { image in
                isNamed(image, familiar)
                    || (isRepository && image["RepoTags"].texts.contains { NodeImage.repository(of: $0) == familiar })
            }
        }
    }

    private static func merged(_ engines: [EngineHoldings]) -> [JSONValue] {
        var places: [String: Int] = [:]
        var images: [JSONValue] = []
        for image in engines.lazy.flatMap(\.images) {
            let id = image["Id"].text ?? ""
            guard let place = places[id] else {
                places[id] = images.count
                images.append(image)
                continue
            }
            for name in ["RepoTags", "RepoDigests"] {
                var texts = images[place][name].texts
                for text in image[name].texts where !texts.contains(text) { texts.append(text) }
                images[place][name] = .strings(texts)
            }
        }
        return images
    }

    private static func isDangling(_ image: JSONValue) -> Bool {
        image["RepoTags"].texts.allSatisfy { $0 == "<none>:<none>" }
    }

    private static func flag(_ text: String?) throws(RequestError) -> Bool? {
        switch text {
        case nil: return nil
        case "true", "1": return true
        case "false", "0": return false
        default: throw RequestError(400, "invalid filter 'dangling=\(text ?? "")'")
        }
    }

    private static func moment(
        _ name: String?, _ filter: String, _ images: [JSONValue]
    ) throws(RequestError) -> Int64? {
        guard let name else { return nil }
        guard let image = images.first(where: { isNamed($0, NodeImage.familiar(name)) }) else {
            throw RequestError(400, "invalid filter '\(filter)=\(name)': no such image")
        }
        return image["Created"].integer ?? 0
    }

    private static func isNamed(_ image: JSONValue, _ name: String) -> Bool {
        let id = image["Id"].text ?? ""
        let digits = id.hasPrefix("sha256:") ? String(id.dropFirst("sha256:".count)) : id
        if name == id || (name.utf8.count >= 4 && name.utf8.allSatisfy(\.isHexadecimal) && digits.hasPrefix(name)) {
            return true
        }
        let tags = image["RepoTags"].texts
        if tags.contains(name) || image["RepoDigests"].texts.contains(name) { return true }
        // A name without a tag is that of the latest.
        return NodeImage.repository(of: name) == name && tags.contains("\(name):latest")
    }

    /// Whether a tag is as `pattern` has it, in which `*` stands for anything: with a tag, or for the repository alone.
    private static func matches(_ tag: String, _ pattern: String) -> Bool {
        let name = NamePattern(pattern)
        return name.matches(tag) || name.matches(NodeImage.repository(of: tag))
    }
}
