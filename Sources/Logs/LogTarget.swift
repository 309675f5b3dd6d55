internal import CLinux
public import Logging

/// Where a process's log goes.
public enum LogTarget: String, Sendable, CaseIterable {
    /// To journald where standard error leads there anyway, else to standard error.
    case auto
    /// To standard error, one line a message.
    case stderr
    /// To journald with all fields.
    case journald

    /// Why a target cannot be had.
    public struct Unavailable: Error, CustomStringConvertible {
        /// What, and what would be right.
        public let description: String
    }

    /// What writes the messages of the logger called `label`; throws where journald is wanted and is not there.
    ///
    /// - Parameters:
    ///   - environment: `JOURNAL_STREAM` tells what standard error is.
    ///   - path: where journald listens.
    public func handler(
        label: String, environment: [String: String], path: String = JournalLogHandler.standardPath
    ) throws(Unavailable) -> any LogHandler {
        let plain = StreamLogHandler.standardError(label: label)
        let journal = JournalLogHandler(label: label, path: path, fallback: plain)
        // Safety: here and below a path and a place for the answer are lent for the call alone.
        var identity = portico_file_identity()
        let isThere = unsafe portico_identify_file(path, &identity) == 0
        switch self {
        case .stderr: return plain
        case .auto: return isThere && Self.leadsToJournal(environment["JOURNAL_STREAM"]) ? journal : plain
        case .journald:
            guard isThere else {
                throw Unavailable(
                    description:
                        "log target journald: \(path) is not there: this machine has no systemd-journald, or it is "
                        + "kept from this process: use stderr")
            }
            return journal
        }
    }

    /// Whether `stream`, a device and an inode, is what `file` is: a service's standard error, by default.
    static func leadsToJournal(_ stream: String?, file: String = "/proc/self/fd/2") -> Bool {
        let numbers = (stream ?? "").split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
        var identity = portico_file_identity()
        guard numbers.count == 2, unsafe portico_identify_file(file, &identity) == 0 else { return false }
        return numbers[0] == identity.device && numbers[1] == identity.inode
    }
}
