/// What ties a request to an endpoint: beside the exchanges, because few services ask for it.
struct RequestAffinity {
    /// ``EndpointChoice/key``.
    var key: UInt64 = 0
    /// The endpoint that the request's cookie names, an index into its table; -1 for none.
    var named: Int32 = -1
}
