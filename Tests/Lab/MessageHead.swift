import Foundation

/// The head of an HTTP/1 message as it came, byte for byte.
public struct MessageHead: Sendable {
    /// All octets with the empty line at the end.
    public let raw: [UInt8]

    /// The octets as text.
    public var text: String { String(decoding: self.raw, as: UTF8.self) }

    /// The first line.
    public var startLine: String {
        String(decoding: self.raw[..<(self.raw.end(of: [13, 10]).map { $0 - 2 } ?? self.raw.count)], as: UTF8.self)
    }

    /// Names and values in the order of their coming; names as they were written.
    public var fields: [(name: String, value: String)] {
        self.lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (String(line[..<colon]), value)
        }
    }

    /// The value after the first line that begins with `marker`, octet for octet as it is written there.
    ///
    /// What load tests use: a thousand times a second, ``subscript(_:)`` would cost more than what is measured.
    func value(after marker: [UInt8]) -> String? {
        guard let start = self.raw.end(of: marker), let end = self.raw.end(of: [13, 10], from: start) else {
            return nil
        }
        return String(decoding: self.raw[start..<(end - 2)], as: UTF8.self)
    }

    /// The value of the first field called `name`, whatever its case.
    public subscript(name: String) -> String? {
        self.values(name).first
    }

    /// The values of all fields called `name`, whatever their case.
    public func values(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return self.fields.filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    /// The status of a response's head; 0 if it is none.
    public var status: Int {
        let words = self.startLine.split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }

    private var lines: [String] {
        self.text.components(separatedBy: "\r\n").filter { !$0.isEmpty }
    }
}
