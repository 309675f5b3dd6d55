/// A call of the engine's API as whoever makes it words it: what is not known to this module goes this way.
public struct EngineCall: Sendable {
    /// The method: `GET`, `POST`, `PUT`, `DELETE`, `HEAD`.
    public var method: String
    /// The path without the version: `/containers/create`.
    public var path: String
    /// Names and values of the query, not yet encoded.
    public var query: [(name: String, value: String)]
    /// Further fields of the header: `X-Registry-Auth`, `Content-Type`.
    public var fields: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]
    /// In words, for errors: `create web`.
    public var what: String
    /// How long the answer may take, body included, or its head where it is opened; nil: ``EngineLimits/answer``.
    public var deadline: Duration?
    /// The API's version that whoever asks for it speaks; nil: the newest that both sides speak.
    ///
    /// Where the engine does not speak it, the nearest that it speaks.
    public var version: APIVersion?

    /// A call.
    public init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [],
        fields: [(name: String, value: String)] = [], body: [UInt8] = [], what: String, deadline: Duration? = nil,
        version: APIVersion? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.body = body
        self.what = what
        self.deadline = deadline
        self.version = version
    }
}

/// What an engine answers to an ``EngineCall``, success or not.
public struct EngineReply: Sendable {
    /// HTTP's status.
    public var status: Int
    /// The media type; nil where none is told.
    public var mediaType: String?
    /// The body.
    public var body: [UInt8]

    /// An answer.
    public init(status: Int, mediaType: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.mediaType = mediaType
        self.body = body
    }

    /// Whether it did what it was asked.
    public var isSuccess: Bool { (200...299).contains(status) }
}
