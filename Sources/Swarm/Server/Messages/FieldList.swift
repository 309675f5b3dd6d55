/// Values of fields that are lists (RFC 9110 section 5.6.1).
enum FieldList {
    /// The members in lower case, without those that are empty.
    static func members(_ value: String) -> [String] {
        value.lowercased().split(separator: ",").compactMap { member in
            let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" }
            let trimmed = member.drop(while: blanks)
            let end = trimmed.lastIndex { !blanks($0) }
            return end.map { String(trimmed[...$0]) }
        }
    }
}
