import Glibc
import Logging
import Testing

@testable import Lab
@testable import Logs

/// Messages to journald, which a socket of the test's own stands for.
@Suite struct JournalTests {
    /// A datagram socket at a path.
    private final class Journal {
        let folder: ScratchFolder
        let path: String
        private let fd: Int32

        init() throws {
            folder = try ScratchFolder()
            path = "\(folder.path)/socket"
            fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if result != 0 { throw LabError("bind: \(errno)") }
        }

        deinit { close(fd) }

        /// The next message's fields.
        func next() throws -> [String: String] {
            var memory = [UInt8](repeating: 0, count: 256 << 10)
            let count = unsafe recv(fd, &memory, memory.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { throw LabError("no message") }
            return try JournalTests.fields(Array(memory[..<count]))
        }
    }

    /// Reads journald's native form.
    private static func fields(_ octets: [UInt8]) throws -> [String: String] {
        var fields: [String: String] = [:]
        var rest = octets[...]
        while !rest.isEmpty {
            guard let end = rest.firstIndex(where: { $0 == 10 || $0 == UInt8(ascii: "=") }) else {
                throw LabError("a field without an end")
            }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            let isBinary = rest[end] == 10
            rest = rest[(end + 1)...]
            var count = rest.firstIndex(of: 10).map { $0 - rest.startIndex } ?? -1
            if isBinary {
                count = rest.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
                rest = rest.dropFirst(8)
            }
            guard count >= 0, count < rest.count, rest[rest.startIndex + count] == 10 else {
                throw LabError("\(name) has no whole value")
            }
            fields[name] = String(decoding: rest.prefix(count), as: UTF8.self)
            rest = rest.dropFirst(count + 1)
        }
        return fields
    }

    private func logger(_ path: String, fallback: any LogHandler = SwiftLogNoOpLogHandler()) -> Logger {
        Logger(label: "portico.test") { JournalLogHandler(label: $0, path: path, fallback: fallback) }
    }

    @Test func `a message has its fields, level and metadata`() throws {
        let journal = try Journal()
        var logger = logger(journal.path)
        logger[metadataKey: "request-id"] = "7"
        logger.warning("two\nlines = one", metadata: ["_x.y": "\n", "priority": "mine", "é1": "2"])
        let fields = try journal.next()
        #expect(fields["MESSAGE"] == "two\nlines = one" && fields["PRIORITY"] == "4")
        #expect(fields["SYSLOG_IDENTIFIER"] == "portico" && fields["LOGGER"] == "portico.test")
        #expect(fields["REQUEST_ID"] == "7" && fields["X_Y"] == "\n" && fields["FIELD_PRIORITY"] == "mine")
        for (level, priority) in [
            (Logger.Level.debug, "7"), (.info, "6"), (.notice, "5"), (.error, "3"), (.critical, "2"),
        ] {
            logger.log(level: level, "m")
            #expect(try journal.next()["PRIORITY"] == priority)
        }
    }

    @Test func `a long message is cut`() throws {
        let journal = try Journal()
        logger(journal.path).info("\(String(repeating: "x", count: 1 << 20))")
        let message = try #require(try journal.next()["MESSAGE"])
        #expect(message.utf8.count == JournalEntry.valueLimit + 3 && message.hasSuffix("x..."))
    }

    @Test func `what journald does not take goes elsewhere`() throws {
        let lines = Guarded<[String]>([])
        logger("/nowhere/socket", fallback: Keeper(lines: lines)).error("lost?")
        #expect(lines.read { $0 } == ["lost?"])
    }

    @Test func `the target is chosen by what standard error is`() throws {
        let journal = try Journal()
        var facts = stat()
        #expect(unsafe stat(journal.folder.path, &facts) == 0)
        let stream = "\(facts.st_dev):\(facts.st_ino)"
        #expect(LogTarget.leadsToJournal(stream, file: journal.folder.path))
        for other in [nil, "", "1:2", "\(facts.st_dev)", "\(stream):", "a:b"] {
            #expect(!LogTarget.leadsToJournal(other, file: journal.folder.path), "\(other ?? "nil")")
        }
        func isJournal(_ target: LogTarget, _ path: String) throws -> Bool {
            try target.handler(label: "x", environment: [:], path: path) is JournalLogHandler
        }
        #expect(try isJournal(.journald, journal.path))
        #expect(try !isJournal(.auto, journal.path))
        #expect(try !isJournal(.stderr, journal.path))
        let error = #expect(throws: LogTarget.Unavailable.self) { _ = try isJournal(.journald, "/nowhere/socket") }
        #expect(error?.description.contains("/nowhere/socket is not there") == true)
    }

    /// Keeps what is logged.
    private struct Keeper: LogHandler {
        let lines: Guarded<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(lines: Guarded<[String]>) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.change { $0.append(event.message.description) } }
    }
}
