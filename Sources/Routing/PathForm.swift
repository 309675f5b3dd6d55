internal import Wire

/// Paths in the form that requests are matched in.
enum PathForm {
    /// The normal form of a path that a person wrote, octets outside of ASCII and spaces percent-encoded; nil if no request
    /// can have it.
    static func normal(_ octets: some Collection<UInt8>) -> [UInt8]? {
        var path: [UInt8] = []
        for octet in octets {
            if octet == UInt8(ascii: "?") || octet == UInt8(ascii: "#") || octet < 0x20 || octet == 0x7F { return nil }
            if octet > 0x7F || octet == 0x20 { appendEncoded(octet, to: &path) } else { path.append(octet) }
        }
        let isNormal = unsafe path.withUnsafeBytes { unsafe RequestPath.isNormal($0) }
        if isNormal { return path }
        var output = [UInt8](repeating: 0, count: path.count)
        let count = unsafe path.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { unsafe RequestPath.normalize(source, into: $0) }
        }
        guard count > 0 else { return nil }
        return Array(output.prefix(count))
    }

    /// Appends `octet` as `%41`.
    static func appendEncoded(_ octet: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "%"))
        for digit in [octet >> 4, octet & 0xF] { output.append(digit < 10 ? digit + 48 : digit + 55) }
    }

    /// Whether a segment of `path` is `.` or `..`, which would climb out of where the path was matched.
    static func hasDotSegment(_ path: [UInt8]) -> Bool {
        path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).contains {
            $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8)
        }
    }
}
