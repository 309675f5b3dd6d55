internal import Glibc
internal import Reactor

/// Access log lines from entries: combined form or JSON.
///
/// Whatever a client sent is escaped: a line is a line.
struct LogFormatter {
    let format: AccessLogConfiguration.Format
    private var second: UInt64 = 0
    private var combinedDate: [UInt8] = []
    private var jsonDate: [UInt8] = []

    init(format: AccessLogConfiguration.Format) {
        self.format = format
    }

    /// Appends the lines of all entries in `bytes`, which holds whole entries.
    mutating func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        LogEntry.each(in: bytes) { append($0, $1, to: &output) }
    }

    private mutating func append(_ entry: LogEntry, _ all: LogTexts, to output: inout [UInt8]) {
        if entry.time / 1_000_000_000 != second { setDate(entry.time / 1_000_000_000) }
        let texts = [
            all.line, all.host, all.referer, all.agent, all.requestID, all.route, all.service, all.endpoint,
            all.failure, all.user,
        ]
        switch format {
        case .combined: appendCombined(entry, texts, to: &output)
        case .json: appendJSON(entry, texts, to: &output)
        }
    }

    private func appendCombined(_ entry: LogEntry, _ texts: [ArraySlice<UInt8>], to output: inout [UInt8]) {
        output += Array(entry.peer.text.utf8)
        output += Array(" - ".utf8)
        escape(texts[9], to: &output, json: false, empty: "-", isWord: true)
        output += Array(" [".utf8) + combinedDate + Array("] \"".utf8)
        escape(texts[0], to: &output, json: false)
        output += Array("\" \(entry.status) \(entry.bytesOut &- entry.headOut) \"".utf8)
        escape(texts[2], to: &output, json: false, empty: "-")
        output += Array("\" \"".utf8)
        escape(texts[3], to: &output, json: false, empty: "-")
        output += Array("\" host=".utf8)
        escape(texts[1], to: &output, json: false, empty: "-")
        for (name, index) in [("id", 4), ("route", 5), ("service", 6), ("endpoint", 7), ("failure", 8)] {
            output += Array(" \(name)=".utf8)
            escape(texts[index], to: &output, json: false, empty: "-")
        }
        let times = "\(ms(entry.sentAfter))/\(ms(entry.firstByteAfter))/\(ms(entry.duration))"
        output += Array(" gen=\(entry.generation) tries=\(entry.tries) in=\(entry.bytesIn) ms=\(times)".utf8)
        if entry.asked > 0 { output += Array(" auth_ms=\(ms(entry.asked))".utf8) }
        output += Array("\n".utf8)
    }

    private func appendJSON(_ entry: LogEntry, _ texts: [ArraySlice<UInt8>], to output: inout [UInt8]) {
        output += Array("{\"time\":\"".utf8) + jsonDate + Array("\",\"client\":\"".utf8)
        output += Array(entry.peer.text.utf8)
        output += Array("\",\"request\":\"".utf8)
        escape(texts[0], to: &output, json: true)
        output += Array("\"".utf8)
        let names = [
            "", "host", "referer", "user_agent", "request_id", "route", "service", "endpoint", "failure", "user",
        ]
        for index in 1..<names.count where !texts[index].isEmpty {
            output += Array(",\"\(names[index])\":\"".utf8)
            escape(texts[index], to: &output, json: true)
            output += Array("\"".utf8)
        }
        output += Array(
            (",\"status\":\(entry.status),\"bytes_in\":\(entry.bytesIn),\"bytes_out\":\(entry.bytesOut)"
                + ",\"generation\":\(entry.generation),\"tries\":\(entry.tries),\"sent_ms\":\(ms(entry.sentAfter))"
                + ",\"first_byte_ms\":\(ms(entry.firstByteAfter)),\"duration_ms\":\(ms(entry.duration))").utf8)
        if entry.asked > 0 { output += Array(",\"auth_ms\":\(ms(entry.asked))".utf8) }
        output += Array("}\n".utf8)
    }

    /// Milliseconds with three decimals.
    private func ms(_ nanoseconds: UInt64) -> String {
        let micro = nanoseconds / 1000
        let fraction = String(micro % 1000)
        return "\(micro / 1000)." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
    }

    /// nginx's escaping for combined (`\xHH`), JSON's own for JSON.
    ///
    /// Octets above 0x7E are escaped in both, so that the line is ASCII whatever the client sent.
    /// A word has no blanks either.
    private func escape(
        _ bytes: ArraySlice<UInt8>, to output: inout [UInt8], json: Bool, empty: StaticString = "", isWord: Bool = false
    ) {
        if bytes.isEmpty {
            unsafe output += UnsafeBufferPointer(start: empty.utf8Start, count: empty.utf8CodeUnitCount)
            return
        }
        let digits = Array("0123456789abcdef".utf8)
        for byte in bytes {
            if byte >= (isWord ? 0x21 : 0x20), byte < 0x7f, byte != 34, byte != 92 {
                output.append(byte)
            } else if json, byte == 34 || byte == 92 {
                output += [92, byte]
            } else {
                output += Array((json ? "\\u00" : "\\x").utf8)
                output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private mutating func setDate(_ now: UInt64) {
        second = now
        var time = time_t(now)
        var parts = unsafe tm()
        unsafe gmtime_r(&time, &parts)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        let year = unsafe parts.tm_year + 1900
        combinedDate = Array(unsafe "\(two(parts.tm_mday))/\(months[Int(parts.tm_mon)])/\(year):\(clock) +0000".utf8)
        jsonDate = Array(unsafe "\(year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(clock)Z".utf8)
    }
}

extension SocketAddress {
    /// The address alone, as logs have it.
    var text: String {
        var pool = BufferPool()
        var buffer = pool.take(64)
        append(to: &buffer)
        let text = unsafe String(decoding: buffer.bytes, as: UTF8.self)
        pool.give(&buffer)
        return text
    }
}
