import FoundationEssentials
import HTTPTypes

/// A request's target: its path decoded, its parameters.
struct APIQuery: Sendable {
    /// The decoded path, as `/v1/kv/a b`.
    var path: String
    /// The parameters by name; of several of one name the first counts, as in Go.
    private var parameters: [String: String] = [:]

    /// Reads `target`; throws 400 where Go's server would.
    init(target: String) throws(APIError) {
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        path = try Self.decode(parts[0], isForm: false)
        guard parts.count > 1 else { return }
        for pair in parts[1].split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decode(sides[0], isForm: true)
            guard parameters[name] == nil else { continue }
            parameters[name] = sides.count > 1 ? try Self.decode(sides[1], isForm: true) : ""
        }
    }

    /// The value of a parameter; empty if it is there without one; nil if it is not.
    subscript(name: String) -> String? { parameters[name] }

    /// Whether a parameter is there, with a value or without.
    func has(_ name: String) -> Bool { parameters[name] != nil }

    /// The number a parameter holds, nil if it is not there; not a number is an error with Go's words.
    func unsigned(_ name: String) throws(APIError) -> UInt64? {
        guard let text = parameters[name] else { return nil }
        switch GoText.unsigned(text) {
        case .success(let number): return number
        case .failure(let refusal): throw APIError(refusal)
        }
    }

    /// Throws if more than one of `names` is there.
    func refuseConflicts(of names: [String]) throws(APIError) {
        let present = names.filter(has)
        guard present.count > 1 else { return }
        // The whole query as Go encodes it: sorted, with a value even where there was none.
        let text = parameters.sorted { KeyOrder.precedes($0.key, $1.key) }
            .map { "\(Self.encode($0.key))=\(Self.encode($0.value))" }.joined(separator: "&")
        throw APIError(.badRequest, "Conflicting flags: \(text)")
    }

    private static func decode(_ text: Substring.UTF8View, isForm: Bool) throws(APIError) -> String {
        var octets: [UInt8] = []
        var rest = text
        while let octet = rest.first {
            rest = rest.dropFirst()
            if isForm, octet == UInt8(ascii: "+") {
                octets.append(UInt8(ascii: " "))
            } else if octet == UInt8(ascii: "%") {
                let digits = Array(rest.prefix(2))
                guard digits.count == 2, let high = hexDigit(digits[0]), let low = hexDigit(digits[1]) else {
                    throw APIError(.badRequest, "400 Bad Request")
                }
                octets.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                octets.append(octet)
            }
        }
        // Keys here are text: octets that are none would turn into the same replacement character for different keys.
        guard let decoded = String(validating: octets, as: UTF8.self) else {
            throw APIError(.badRequest, "Invalid UTF-8 in the request's target")
        }
        return decoded
    }

    private static func encode(_ text: String) -> String {
        var result = ""
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(octet))
            case UInt8(ascii: " "):
                result += "+"
            default:
                let digits = String(octet, radix: 16, uppercase: true)
                result += (digits.utf8.count < 2 ? "%0" : "%") + digits
            }
        }
        return result
    }

    private static func hexDigit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
