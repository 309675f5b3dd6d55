/// What a route does to its requests beyond forwarding them.
struct RouteActions: Sendable {
    /// Answer with a redirect.
    var redirect: RedirectRule?
    /// Change the path.
    var path: PathEdit?
    /// Edit the request's fields.
    var requestEdits: CompiledEdits?
    /// Edit the response's fields.
    var responseEdits: CompiledEdits?
    /// Ask whether the request may go on.
    var permission: PermissionRule?
    /// Compress the answers.
    var compression: CompressionRule?

    /// Whether there is nothing to do.
    var isEmpty: Bool {
        redirect == nil && path == nil && requestEdits == nil && responseEdits == nil && compression == nil
            && permission == nil
    }
}
