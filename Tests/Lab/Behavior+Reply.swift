extension Behavior {
    /// Answers one request as this behaviour does, for those that do so now and then only.
    public func reply(_ name: String, _ request: ReceivedRequest, _ stream: MessageStream) throws -> Bool {
        try self.answer(name, request, stream)
    }

    /// Does with each connection what `body` does, and closes it: for protocols that are not HTTP/1.
    public static func socket(_ body: @escaping @Sendable (Socket) throws -> Void) -> Behavior {
        Behavior(
            onAccept: { socket in
                try body(socket)
                return false
            }, answer: { _, _, _ in false })
    }
}
