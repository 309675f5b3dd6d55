/// The rule that names of routes and services keep.
enum EntryName {
    /// Octets in a name: it stands in log lines, metric labels and URLs of the admin API.
    static let limit = 255

    /// What is wrong with `name`, or nil if nothing is.
    ///
    /// - Parameter allowingSlash: a service's name may have no slash, because identities are `service/address`.
    static func fault(in name: String, allowingSlash: Bool) -> String? {
        if name.isEmpty { return "has no name: give it one" }
        if name.utf8.count > limit { return "has a name of more than \(limit) octets: give it a shorter one" }
        for octet in name.utf8 {
            if octet <= 0x20 || octet == 0x7F { return "has a space or control character in its name: leave it out" }
            if octet == UInt8(ascii: "/"), !allowingSlash { return "has a slash in its name: write a hyphen" }
        }
        return nil
    }
}
