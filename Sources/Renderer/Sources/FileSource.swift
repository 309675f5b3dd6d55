internal import KeyValue

/// Answers to `file`: told by inotify, as the file means something else.
struct FileSource: AnswerSource {
    /// Follows one file; one that is not there is waited for.
    func follow(_ dependency: Dependency, _ tell: @escaping @Sendable (SourceWord) -> Void) async {
        guard case .file(let path) = dependency.question else { return }
        var last: SourceWord?
        while !Task.isCancelled {
            let monitor: FileMonitor
            do {
                monitor = try FileMonitor(path)
            } catch {
                tell(.unavailable(error.description))
                do {
                    try await Task.sleep(for: .seconds(5))
                } catch {
                    return
                }
                continue
            }
            while !Task.isCancelled {
                let watching = monitor.arm()
                let word = read(path)
                if word != last { tell(word) }
                last = word
                guard await monitor.waitForChange(watching) else { break }
            }
        }
    }

    private func read(_ path: String) -> SourceWord {
        do {
            guard let octets = try DiskFile(path).read() else { return .absent }
            return .answer(.value(octets), isSuspect: false)
        } catch {
            return .unavailable(error.description)
        }
    }
}
