/// The value of `Strict-Transport-Security` (RFC 6797 §6.1): once a browser has seen it, there is no way back for a while, so
/// what it says is read before it is sent.
enum StrictTransportSecurity {
    /// What a value looks like, for errors.
    static let form = "it is max-age=SECONDS, perhaps with ; includeSubDomains and ; preload"

    /// Whether `text` is `max-age=N`, once, with `includeSubDomains` and `preload` at most once each, in any order.
    static func isValid(_ text: String) -> Bool {
        var seen: Set<String> = []
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            let directive = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let words = String(directive).lowercased().split(separator: "=", omittingEmptySubsequences: false)
            guard let name = words.first.map(String.init), seen.insert(name).inserted else { return false }
            switch (name, words.count) {
            case ("max-age", 2):
                let digits = words[1].utf8
                guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    return false
                }
            case ("includesubdomains", 1), ("preload", 1): break
            default: return false
            }
        }
        return seen.contains("max-age")
    }
}
