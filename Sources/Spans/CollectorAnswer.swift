internal import FoundationEssentials

/// What a collector says to a batch of spans (OTLP's specification, "OTLP/HTTP Response").
enum CollectorAnswer: Equatable, Sendable {
    /// It has taken them, but for so many.
    case taken(rejected: Int, message: String)
    /// It may take them later: at once by the usual pauses, or after so many seconds.
    case later(reason: String, after: Int?)
    /// It never will.
    case refused(reason: String)

    /// - Parameters:
    ///   - retryAfter: the field `Retry-After`.
    ///   - body: the answer's beginning.
    init(status: UInt, retryAfter: String?, body: [UInt8]) {
        switch status {
        case 200..<300:
            let partial = (try? JSONDecoder().decode(Body.self, from: Data(body)))?.partialSuccess
            self = .taken(rejected: max(0, partial?.rejectedSpans?.number ?? 0), message: partial?.errorMessage ?? "")
        case 429, 502, 503, 504:
            self = .later(reason: "it answers \(status)", after: retryAfter.flatMap { Int($0) }.map { max(0, $0) })
        default:
            self = .refused(reason: "it answers \(status)\(Self.beginning(of: body))")
        }
    }

    /// The first words of a text, as they can stand in a line.
    private static func beginning(of body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(200), as: UTF8.self)
            .split { $0.isNewline || $0.isWhitespace }.joined(separator: " ")
        let plain = String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }))
        return plain.isEmpty ? "" : ": \(plain)"
    }

    private struct Body: Decodable {
        struct Partial: Decodable {
            var rejectedSpans: Count?
            var errorMessage: String?
        }
        var partialSuccess: Partial?
    }

    /// A number of 64 bits, which protobuf's JSON has as a string and others as a number.
    private struct Count: Decodable {
        let number: Int

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int.self) {
                self.number = number
            } else {
                number = Int(try value.decode(String.self)) ?? 0
            }
        }
    }
}
