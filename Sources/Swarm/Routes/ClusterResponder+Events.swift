extension ClusterResponder {
    /// `GET /events`: what has been since a moment, and what happens until another.
    func events(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let query = try EventQuery(request.path.query)
        let cluster = cluster
        return .stream(ManagerAnswer(json: [])) { writer in
            try await cluster.follow(query) { past, subscription in
                for event in past { try await writer.write(event.octets) }
                guard let until = query.until else {
                    try await subscription.each { try await writer.write($0.octets) }
                    return
                }
                let left = until - WallClock.nanoseconds
                guard left > 0 else { return }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await subscription.each { try await writer.write($0.octets) } }
                    group.addTask { try await Task.sleep(for: .nanoseconds(left)) }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        }
    }
}
