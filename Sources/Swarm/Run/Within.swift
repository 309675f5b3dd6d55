/// What `body` makes of it within a time; nil if it takes longer, and then its task is cancelled.
func within<Result: Sendable>(
    _ time: Duration, _ body: @escaping @Sendable () async -> Result
) async -> Result? {
    await withTaskGroup(of: Result?.self) { group in
        group.addTask { await body() }
        group.addTask {
            try? await Task.sleep(for: time)
            return nil
        }
        let first = await group.next()
        group.cancelAll()
        return first ?? nil
    }
}
