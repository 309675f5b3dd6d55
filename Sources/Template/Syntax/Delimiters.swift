/// What opens and closes an action.
public struct Delimiters: Sendable, Hashable {
    /// What opens an action.
    public let left: [UInt8]
    /// What closes it.
    public let right: [UInt8]

    /// `left` and `right`; an empty one is `{{` or `}}`.
    public init(left: String = "", right: String = "") {
        self.left = Array((left.isEmpty ? "{{" : left).utf8)
        self.right = Array((right.isEmpty ? "}}" : right).utf8)
    }

    /// `{{` and `}}`.
    public static let standard = Delimiters()
}
