internal import CLinux
public import Logging

/// Writes log messages to systemd-journald with their fields.
///
/// A message that journald does not take at once goes to another handler: nobody waits for it, and none is lost.
public struct JournalLogHandler: LogHandler {
    /// Where journald listens.
    public static let standardPath = "/run/systemd/journal/socket"

    /// What goes with every message.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is written.
    public var logLevel = Logger.Level.trace
    private let label: String
    private let path: String
    private var fallback: any LogHandler

    /// A handler for the logger called `label`.
    ///
    /// - Parameters:
    ///   - path: where journald listens.
    ///   - fallback: writes what it does not take.
    public init(label: String, path: String = standardPath, fallback: any LogHandler) {
        self.label = label
        self.path = path
        self.fallback = fallback
        self.fallback.logLevel = .trace
    }

    /// One item of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set {
            metadata[key] = newValue
            fallback[metadataKey: key] = newValue
        }
    }

    /// Writes `event`.
    public func log(event: LogEvent) {
        let octets = entry(of: event)
        // Safety: an array goes with its own count, for the call alone.
        if unsafe portico_send_datagram(path, octets, octets.count, 0) != 0 { fallback.log(event: event) }
    }

    private func entry(of event: LogEvent) -> [UInt8] {
        var entry = JournalEntry()
        entry.add("MESSAGE", event.message.description)
        entry.add("PRIORITY", "\(event.level.priority)")
        entry.add("SYSLOG_IDENTIFIER", "portico")
        entry.add("LOGGER", label)
        entry.add("SOURCE", event.source)
        if let error = event.error { entry.add("ERROR", "\(error)") }
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            // What journald and this handler mean by a name stays theirs.
            let isTaken = ["message", "priority", "syslog_identifier", "logger", "source", "error"].contains(
                name.lowercased())
            entry.add(isTaken ? "FIELD_\(name)" : name, value.description)
        }
        return entry.octets
    }
}

extension Logger.Level {
    /// As syslog has it: 7 for the least.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
