internal import NIOCore

/// The body of a request that has none.
struct NoBody: RequestBody {
    func next() async throws(RequestError) -> [UInt8]? { nil }
}

/// The body of the request of a number at a connection.
struct ConnectionBody: RequestBody {
    let connection: NIOLoopBound<ClientConnection>
    let eventLoop: any EventLoop
    let number: Int

    func next() async throws(RequestError) -> [UInt8]? {
        let promise = eventLoop.makePromise(of: [UInt8]?.self)
        let (connection, eventLoop, number) = (connection, eventLoop, number)
        eventLoop.execute { connection.value.wantBody(number, promise) }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                eventLoop.execute { connection.value.leaveBody(number) }
            }
        } catch {
            throw error as? RequestError ?? ClientGone.error
        }
    }
}

/// Where the streamed answer to the request of a number at a connection goes.
struct ConnectionWriter: ReplyWriter {
    let connection: NIOLoopBound<ClientConnection>
    let eventLoop: any EventLoop
    let number: Int

    /// Sends the head; tells whether the body is wanted.
    func begin(_ answer: ManagerAnswer) async throws -> Bool {
        let promise = eventLoop.makePromise(of: Bool.self)
        let (connection, number) = (connection, number)
        eventLoop.execute { connection.value.beginStream(answer, number, promise) }
        return try await promise.futureResult.get()
    }

    func write(_ octets: [UInt8]) async throws {
        try Task.checkCancellation()
        guard !octets.isEmpty else { return }
        let promise = eventLoop.makePromise(of: Void.self)
        let (connection, number) = (connection, number)
        eventLoop.execute { connection.value.writeStream(octets, number, promise) }
        try await promise.futureResult.get()
    }
}
