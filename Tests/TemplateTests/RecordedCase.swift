import Template

/// A template, its data, and what Go's text/template made of it.
struct RecordedCase: Sendable {
    let id: String
    private let content: JSONText

    init?(_ content: JSONText) {
        guard let id = content["id"]?.text else { return nil }
        self.id = id
        self.content = content
    }

    /// What came out: the text written, also before an error, and the error's.
    struct Outcome: Equatable, Sendable {
        var output: [UInt8]
        var phase: String?
        var error: String?
    }

    /// What was recorded.
    ///
    /// The error is cut where the rest is the Go runtime's own.
    var expected: Outcome {
        if let text = content["error"]?.text {
            return Outcome(
                output: Array((content["partial"]?.text ?? "").utf8), phase: content["phase"]?.text, error: cut(text))
        }
        if let encoded = content["output_b64"]?.text { return Outcome(output: Self.decodeBase64(encoded)) }
        return Outcome(output: Array((content["output"]?.text ?? "").utf8))
    }

    /// What this module makes of it.
    var actual: Outcome {
        var output: [UInt8] = []
        do throws(TemplateError) {
            let missingKey: MissingKey =
                switch content["missingkey"]?.text {
                case "zero": .zero
                case "error": .error
                default: .absent
                }
            let delimiters = Delimiters(left: content["left"]?.text ?? "", right: content["right"]?.text ?? "")
            let template = try Template(
                name: "t", text: content["template"]?.text ?? "", delimiters: delimiters,
                functions: RecorderFunctions.table, options: TemplateOptions(missingKey: missingKey))
            let data = content["data"]?.value(allFloats: content["numbers"]?.text == "float64") ?? .null
            try template.execute(data: data, into: &output)
            return Outcome(output: Self.normalize(output))
        } catch {
            let phase = error.phase == .parsing ? "parse" : "exec"
            let text = String(decoding: Self.normalize(Array(error.description.utf8)), as: UTF8.self)
            return Outcome(output: Self.normalize(output), phase: phase, error: cut(text))
        }
    }

    /// How it differs; nil when it does not.
    var difference: String? {
        let (expected, actual) = (expected, actual)
        if expected == actual { return nil }
        return
            "\(id): \(Self.show(expected)), not \(Self.show(actual)), of \(GoFormat.quote(content["template"]?.text ?? ""))"
    }

    private static func show(_ outcome: Outcome) -> String {
        let output = String(decoding: GoFormat.quote(outcome.output), as: UTF8.self)
        guard let error = outcome.error else { return output }
        return "\(output) and [\(outcome.phase ?? "")] \(error)"
    }

    private func cut(_ text: String) -> String {
        guard content["go_text"]?.isTrue == true, let end = text.ranges(of: ": ").last else { return text }
        return String(text[..<end.lowerBound])
    }

    /// Addresses are told by one name.
    private static func normalize(_ octets: [UInt8]) -> [UInt8] {
        let address = Array("0xc000010000".utf8)
        guard octets.contains(0x78) else { return octets }
        var result: [UInt8] = []
        var index = 0
        while index < octets.count {
            if octets[index...].starts(with: address) {
                result += "0xADDR".utf8
                index += address.count
            } else {
                result.append(octets[index])
                index += 1
            }
        }
        return result
    }

    private static func decodeBase64(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for octet in text.utf8 {
            guard let digit = alphabet.firstIndex(of: octet) else { continue }
            bits = bits << 6 | UInt32(digit)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return result
    }
}
