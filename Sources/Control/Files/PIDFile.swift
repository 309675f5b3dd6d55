internal import Glibc

/// The file that holds the process's number while it runs.
public struct PIDFile: Sendable {
    /// Why the file could not be written.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What, where, and why.
        public let description: String
    }

    private let path: String

    /// Writes this process's number to `path`.
    public init(path: String) throws(Failure) {
        self.path = path
        do {
            try WholeFile(path: path).write(Array("\(getpid())\n".utf8))
        } catch {
            throw Failure(description: "--pid-file: \(error)")
        }
    }

    /// Takes the file away, unless it holds another process's number by now: a successor's.
    public func remove() {
        // One that cannot be read is not known to be ours.
        guard let octets = try? WholeFile(path: path).read(), octets == Array("\(getpid())\n".utf8) else { return }
        // Safety: the call is given a path for its own length.
        _ = unsafe unlink(path)
    }
}
