/// Why a request to the manager is not answered as it wished, in words that its client shows.
struct RequestError: Error, Sendable, Equatable {
    /// The status, 400 to 599.
    var status: Int
    /// What clients of classic Docker Swarm know, where there is such a text.
    var message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }
}
