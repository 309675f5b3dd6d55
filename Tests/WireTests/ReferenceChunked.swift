import Wire

/// What a decoder made of a whole body, however it was fed.
struct DecodedBody: Equatable {
    var data: [UInt8] = []
    var consumed = 0
    var progress = ChunkedDecoder.Progress.more
}

/// What a decoder did that it must not.
struct DecoderViolation: Error {
    var text: String
}

/// Feeds `bytes` in pieces of the sizes that `next` gives, checking that nothing beyond `consumed` is touched.
func decode(_ bytes: [UInt8], next: () -> Int) -> Result<DecodedBody, DecoderViolation> {
    var decoder = ChunkedDecoder()
    var body = DecodedBody()
    while body.consumed < bytes.count, body.progress == .more {
        var piece = Array(bytes[body.consumed..<min(bytes.count, body.consumed + max(1, next()))])
        let before = piece
        let step = unsafe piece.withUnsafeMutableBytes { unsafe decoder.decode($0) }
        guard step.produced <= step.consumed, step.consumed <= piece.count else {
            return .failure(DecoderViolation(text: "more produced than consumed, or than there was"))
        }
        guard piece[step.consumed...] == before[step.consumed...] else {
            return .failure(DecoderViolation(text: "touched what follows"))
        }
        guard step.progress != .more || step.consumed == piece.count else {
            return .failure(DecoderViolation(text: "left something over"))
        }
        body.data += piece[..<step.produced]
        body.consumed += step.consumed
        body.progress = step.progress
    }
    return .success(body)
}

/// The grammar of RFC 9112 §7.1 written down plainly over a whole body.
func referenceDecode(_ bytes: [UInt8]) -> DecodedBody {
    var body = DecodedBody()
    var extensionTotal = 0
    func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
    func fail(_ reason: HeadRejection) -> DecodedBody {
        body.progress = .rejected(reason)
        return body
    }
    while true {
        var digits = ""
        var size: UInt64 = 0
        while let octet = at(body.consumed), let value = Character(Unicode.Scalar(octet)).hexDigitValue, octet < 128 {
            digits.append(Character(Unicode.Scalar(octet)))
            guard digits.count <= 16 else { return fail(.chunkTooLarge) }
            guard let parsed = UInt64(digits, radix: 16), parsed <= UInt64(Int64.max) else {
                return fail(.chunkTooLarge)
            }
            _ = value
            size = parsed
            body.consumed += 1
        }
        guard let afterSize = at(body.consumed) else { return body }
        if digits.isEmpty { return fail(.badChunk) }
        if afterSize != 0x0D {
            guard afterSize == UInt8(ascii: ";") else { return fail(.badChunk) }
            var line = 0
            while let octet = at(body.consumed), octet != 0x0D {
                if line > 0, octet < 0x20 && octet != 0x09 || octet == 0x7F { return fail(.badChunk) }
                line += 1
                extensionTotal += 1
                if line > 256 || extensionTotal > 4096 { return fail(.chunkExtensionTooLong) }
                body.consumed += 1
            }
            guard at(body.consumed) != nil else { return body }
        }
        body.consumed += 1
        guard let lineFeed = at(body.consumed) else { return body }
        guard lineFeed == 0x0A else { return fail(.badChunk) }
        body.consumed += 1
        if size == 0 {
            body.progress = .trailers
            return body
        }
        let available = min(size, UInt64(bytes.count - body.consumed))
        body.data += bytes[body.consumed..<body.consumed + Int(available)]
        body.consumed += Int(available)
        if available < size { return body }
        for expected in [0x0D, 0x0A] as [UInt8] {
            guard let octet = at(body.consumed) else { return body }
            guard octet == expected else { return fail(.badChunk) }
            body.consumed += 1
        }
    }
}
