/// A runtime API to talk to.
struct RuntimeSocket: Sendable {
    let address: RuntimeAddress
    let limits: HAProxyLimits

    /// Asks one thing on a connection of its own, and gives all that is answered: for a master, whose API has no use for
    /// ``RuntimeSession``.
    func ask(_ line: String) async throws(HAProxyFailure) -> String {
        let (address, limits) = (address, limits)
        return try await BlockingThread.run {
            Result { () throws(HAProxyFailure) in
                let deadline = ContinuousClock.now + limits.answer
                let connection = try RuntimeConnection(address, by: deadline)
                try connection.send("\(line)\n", by: deadline)
                connection.finishSending()
                var answer: [UInt8] = []
                while true {
                    let piece = try connection.receive(by: deadline)
                    if piece.isEmpty { return String(decoding: answer, as: UTF8.self) }
                    answer += piece
                    guard answer.count <= limits.replyBytesMax else {
                        throw HAProxyFailure("\(address): the answer is longer than \(limits.replyBytesMax) octets")
                    }
                }
            }
        }
    }

    /// Begins a conversation with a worker.
    func open() async throws(HAProxyFailure) -> RuntimeSession {
        let (address, limits) = (address, limits)
        return try await BlockingThread.run {
            Result { () throws(HAProxyFailure) in
                let deadline = ContinuousClock.now + limits.answer
                let session = RuntimeSession(try RuntimeConnection(address, by: deadline), address, limits)
                try session.begin(by: deadline)
                return session
            }
        }
    }
}
