/// What is known of the trace that a request is part of: beside the exchanges, because most edges have no tracing.
struct RequestTrace {
    /// The trace's id, all zeroes for none.
    var high: UInt64 = 0
    var low: UInt64 = 0
    /// The span of who called, 0 for none; of the request; and of the try under way or made last, 0 for none.
    var parent: UInt64 = 0
    var span: UInt64 = 0
    var attempt: UInt64 = 0
    var isSampled = false
    /// Where in the exchange's `outbound` the digits stand that name the endpoint's parent; 0: nowhere.
    var parentAt: UInt32 = 0
}
