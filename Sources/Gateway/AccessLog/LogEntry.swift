internal import Reactor

/// Octets of each part of a log entry's text, in the order in which the parts lie.
struct LogParts {
    var line: UInt16 = 0
    var host: UInt16 = 0
    var referer: UInt16 = 0
    var agent: UInt16 = 0
    var requestID: UInt16 = 0
    /// Who has shown a password.
    var user: UInt16 = 0
    /// The tries that came to nothing (``LoggedTry``).
    var tries: UInt16 = 0
    var route: UInt16 = 0
    var service: UInt16 = 0
    var endpoint: UInt16 = 0
    var failure: UInt16 = 0

    /// Octets of all parts.
    var count: Int {
        Int(line) + Int(host) + Int(referer) + Int(agent) + Int(requestID) + Int(user) + Int(tries) + Int(route)
            + Int(service) + Int(endpoint) + Int(failure)
    }
}

/// One request as the worker leaves it to the log's writer: numbers, and how long the texts behind them are.
struct LogEntry {
    /// Nanoseconds since 1970 at the request's end.
    var time: UInt64 = 0
    /// Nanoseconds from the request's head to the end, to sending, to the answer's first octet; 0 where it came to none.
    var duration: UInt64 = 0
    var sentAfter: UInt64 = 0
    var firstByteAfter: UInt64 = 0
    /// Nanoseconds that it took to ask whether the request may go on; 0 where nobody was asked.
    var asked: UInt64 = 0
    /// Microseconds that it waited for its password to be verified, and for an endpoint with room.
    var verified: UInt32 = 0
    var queued: UInt32 = 0
    /// Microseconds from the request's head to the choice of the endpoint that was asked last.
    var chosenAfter: UInt32 = 0
    /// The listener's place in the configuration.
    var listener: UInt16 = 0
    var flags = Flags()
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    /// Octets of heads among `bytesOut`.
    var headOut: UInt64 = 0
    var generation: UInt64 = 0
    /// The trace's id and the request's span in it; all zeroes without tracing.
    var traceHigh: UInt64 = 0
    var traceLow: UInt64 = 0
    var span: UInt64 = 0
    var status: UInt16 = 0
    var tries: UInt8 = 0
    var peer = SocketAddress()
    var parts = LogParts()

    /// Whether it is part of a trace.
    var hasTrace: Bool { traceHigh | traceLow != 0 }

    /// What is so or not.
    struct Flags: OptionSet {
        let rawValue: UInt8

        /// The client came by https, as far as the edge is concerned.
        static let isSecure = Flags(rawValue: 1)
        /// The connection to the endpoint that was asked last had served another request before.
        static let isReused = Flags(rawValue: 2)
    }
}

/// The texts behind a log entry.
struct LogTexts {
    let line: ArraySlice<UInt8>
    let host: ArraySlice<UInt8>
    let referer: ArraySlice<UInt8>
    let agent: ArraySlice<UInt8>
    let requestID: ArraySlice<UInt8>
    let user: ArraySlice<UInt8>
    let tries: ArraySlice<UInt8>
    let route: ArraySlice<UInt8>
    let service: ArraySlice<UInt8>
    let endpoint: ArraySlice<UInt8>
    let failure: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>, parts: LogParts) {
        var rest = text
        func next(_ count: UInt16) -> ArraySlice<UInt8> {
            let part = rest.prefix(Int(count))
            rest = rest.dropFirst(Int(count))
            return part
        }
        line = next(parts.line)
        host = next(parts.host)
        referer = next(parts.referer)
        agent = next(parts.agent)
        requestID = next(parts.requestID)
        user = next(parts.user)
        tries = next(parts.tries)
        route = next(parts.route)
        service = next(parts.service)
        endpoint = next(parts.endpoint)
        failure = next(parts.failure)
    }

    /// A word of the request's line: method, target, version.
    func word(_ number: Int) -> ArraySlice<UInt8> {
        var rest = line
        for _ in 0..<number { rest = rest.drop { $0 != 0x20 }.dropFirst() }
        return rest.prefix { $0 != 0x20 }
    }
}

extension LogEntry {
    /// Calls `body` with each entry in `bytes`, which holds whole ones.
    static func each(in bytes: [UInt8], _ body: (LogEntry, LogTexts) -> Void) {
        let size = MemoryLayout<LogEntry>.stride
        var place = 0
        while place + size <= bytes.count {
            let entry = unsafe bytes.withUnsafeBytes { all in
                unsafe all.loadUnaligned(fromByteOffset: place, as: LogEntry.self)
            }
            place += size
            let end = place + entry.parts.count
            guard end <= bytes.count else { return }
            body(entry, LogTexts(bytes[place..<end], parts: entry.parts))
            place = end
        }
    }
}
