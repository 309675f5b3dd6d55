internal import Glibc

/// What could not be done with a file, and why.
struct FileFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// `PATH: CALL: REASON`.
    let description: String
    /// The system's number, 0 if it was not the system.
    let code: Int32

    /// What the system refused just now.
    init(_ call: String, _ path: String, hint: String? = nil) {
        let code = errno
        self.code = code
        description = "\(path): \(call): \(RunningProcess.text(ofError: code))" + (hint.map { ": \($0)" } ?? "")
    }

    init(_ description: String) {
        self.description = description
        code = 0
    }
}
