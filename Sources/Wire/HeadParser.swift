/// The strict HTTP/1 head parser.
@frozen
public struct HeadParser: Sendable {
    /// The limits that it holds heads to.
    public var limits: HeadLimits

    /// A parser that holds heads to `limits`.
    public init(limits: HeadLimits) {
        self.limits = limits
    }

    /// Parses a request's head at the beginning of `bytes`.
    public func parseRequest(
        _ bytes: UnsafeRawBufferPointer, fields: FieldTable, head: inout RequestHead
    ) -> HeadOutcome {
        .incomplete
    }

    /// Parses a response's head at the beginning of `bytes`; `method` is the request's, which decides whether a body follows.
    public func parseResponse(
        _ bytes: UnsafeRawBufferPointer, to method: Method, fields: FieldTable, head: inout ResponseHead
    ) -> HeadOutcome {
        .incomplete
    }

    /// Parses the trailer section that follows a last chunk: field lines up to and with the empty line.
    ///
    /// On `.complete`, `count` holds the fields and `consumed` the octets of the section.
    public func parseTrailers(
        _ bytes: UnsafeRawBufferPointer, fields: FieldTable, count: inout Int, consumed: inout Int
    ) -> HeadOutcome {
        .incomplete
    }
}
