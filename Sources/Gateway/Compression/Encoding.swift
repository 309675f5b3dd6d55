internal import Routing
internal import Wire

/// An answer's body on its way into a content coding: a trivial value in a slab, reused by the next.
struct Encoding {
    /// What does it; nil once it has failed, and in a free slot.
    var encoder: Encoder?
    /// Whose body it is.
    var exchange: Int32 = -1
    /// Each piece goes out at once: the endpoint sends events, which somebody waits for.
    var isPrompt = false
    /// Octets were put in that may not have come out.
    var holds = false
    /// It is on the list of those that hold octets back.
    var isListed = false
}

/// What an answer's head says that decides whether its body is compressed, and what is decided.
struct AnswerCoding {
    /// The coding that the client gets.
    var coding = ContentCoding.identity
    /// Another request may get another coding: caches are told (RFC 9110 §12.5.5).
    var varies = false
    /// `Vary` says so already.
    var isVaried = false
    /// The value of `ETag`, where it is a strong one that is not true of what the client gets.
    var strongTag = ByteRange()

    /// Some of the endpoint's fields are not true any more.
    var changesFields: Bool { coding != .identity || !strongTag.isEmpty }
}

/// What the fields of an answer say about compressing its body.
struct CodingFacts {
    /// The body is in a coding, is a part of one, or is not to be changed.
    var isFixed = false
    /// Its type is one that the rule covers.
    var isCovered = false
    /// It is `text/event-stream`.
    var isPrompt = false
    /// `Vary` names Accept-Encoding, or everything.
    var isVaried = false
    /// The value of a strong `ETag`.
    var strongTag = ByteRange()
}
