internal import NIOCore

/// One request to etcd's gateway.
struct EtcdRequest: Sendable {
    /// When a request may be made again at another member, or once more at the only one.
    enum Repetition {
        /// Whenever it was not answered: doing it twice is doing it once.
        case always
        /// Only if it was not sent: a compare-and-set that was carried out would fail the second time.
        case ifNotSent
    }

    /// For errors: what was asked.
    var what: String
    /// The path below `/v3/`.
    var path: String
    /// The body.
    var json: String
    /// When it may be repeated.
    var repetition = Repetition.always
}

/// What etcd answered: the body of a success.
struct EtcdReply: Sendable {
    /// The body.
    var body: ByteBuffer
    /// The address that answered, for errors.
    var server: String
}
