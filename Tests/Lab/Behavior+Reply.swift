extension Behavior {
    /// Answers one request as this behaviour does, for those that do so now and then only.
    public func reply(_ name: String, _ request: ReceivedRequest, _ stream: MessageStream) throws -> Bool {
        try self.answer(name, request, stream)
    }
}
