/// A reference to an image, `registry:5000/team/app:1.2@sha256:...`, taken apart.
enum ImageName {
    /// What a container of the image is called if nobody says: `app`; nil for an image that is known by its digest alone.
    static func base(_ reference: String) -> String? {
        let named = reference.prefix { $0 != "@" }
        let last = named.split(separator: "/", omittingEmptySubsequences: false).last ?? named
        let base = last.prefix { $0 != ":" }
        return base.isEmpty || named.hasPrefix("sha256:") ? nil : String(base)
    }
}
