/// A socket that a worker accepts connections from.
struct ListeningSocket: Sendable, Equatable {
    /// What becomes of it when this process no longer listens.
    enum Ending: Sendable {
        /// It is this worker's own and is closed.
        case close
        /// All workers have it: it is made to refuse, and closed when the last of them has ended.
        case stop
        /// Another process listens at it too, or will: it is left as it is, and so are the connections in its queue.
        case leave
    }

    /// -1 once the worker has let it go.
    var fd: Int32
    /// The number of its listener, in the configuration's order.
    var listener: Int
    /// Other workers accept from it too.
    var isShared: Bool
    var ending: Ending
}
