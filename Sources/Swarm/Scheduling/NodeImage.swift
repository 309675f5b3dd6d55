/// An image that a node holds.
public struct NodeImage: Sendable, Equatable {
    /// `sha256:...`.
    public var id: String
    /// `registry:5000/test:1`.
    public var tags: [String]

    /// An image with its tags.
    public init(id: String, tags: [String] = []) {
        self.id = id
        self.tags = tags
    }

    /// All that it may be called in an expression: its ID, its tags, and these without what stands behind the colon.
    var names: [String] {
        [id] + tags + tags.map(Self.repository)
    }

    /// Repository and tag, or digest, of an image as it is asked for; without either it is the latest.
    static func parts(of image: String) -> (repository: String, tag: String) {
        if let sign = image.firstIndex(of: "@") {
            return (String(image[..<sign]), String(image[image.index(after: sign)...]))
        }
        let repository = Self.repository(of: image)
        return (repository, repository == image ? "latest" : String(image.dropFirst(repository.count + 1)))
    }

    /// `registry:5000/test` of `registry:5000/test:1`.
    static func repository(of tag: String) -> String {
        guard let colon = tag.lastIndex(of: ":"), !tag[colon...].contains("/") else { return tag }
        return String(tag[..<colon])
    }

    /// A name as engines list it: `docker.io/library/busybox:1` is `busybox:1`, and a tag beside a digest counts for nothing.
    static func familiar(_ name: String) -> String {
        var name = name[...]
        for start in ["docker.io/", "index.docker.io/"] where name.hasPrefix(start) {
            name = name.dropFirst(start.count)
        }
        if name.hasPrefix("library/") { name = name.dropFirst("library/".count) }
        guard let at = name.firstIndex(of: "@") else { return String(name) }
        return repository(of: String(name[..<at])) + name[at...]
    }
}
