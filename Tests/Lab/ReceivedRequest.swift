/// A request as a backend got it.
public struct ReceivedRequest: Sendable {
    /// Its head, byte for byte.
    public let head: MessageHead
    /// Its body without framing; empty if the backend does not read bodies.
    public let body: [UInt8]
    /// The trailers of a chunked body.
    public let trailers: MessageHead?

    /// The method.
    public var method: String { self.word(0) }
    /// The target.
    public var target: String { self.word(1) }
    /// The value of the first field called `name`.
    public subscript(name: String) -> String? { self.head[name] }

    private func word(_ index: Int) -> String {
        let words = self.head.startLine.split(separator: " ")
        return index < words.count ? String(words[index]) : ""
    }
}
