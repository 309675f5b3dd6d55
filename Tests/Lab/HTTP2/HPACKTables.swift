/// What both ends of HPACK know by heart (RFC 7541, appendices A and B).
enum HPACKTables {
    struct Code: Hashable {
        let bits: Int
        let code: UInt32
    }

    /// The static table; index 1 is the first.
    static let entries: [HTTP2Field] = lines.split(separator: "\n").map { line in
        let colon = line.dropFirst().firstIndex(of: ":") ?? line.endIndex
        return HTTP2Field(String(line[..<colon]), String(line[colon...].dropFirst(2)))
    }

    /// The symbol of each of Huffman's codes; 256 is the end.
    ///
    /// The code is canonical: codes of one length count up with their symbols, so that their lengths say everything.
    static let symbols: [Code: Int] = {
        var symbols: [Code: Int] = [:]
        var code: UInt32 = 0
        var bits = 0
        for symbol in lengths.indices.sorted(by: { (lengths[$0], $0) < (lengths[$1], $1) }) {
            code <<= UInt32(lengths[symbol] - bits)
            bits = lengths[symbol]
            symbols[Code(bits: bits, code: code)] = symbol
            code += 1
        }
        return symbols
    }()

    /// Bits of each symbol's code.
    private static let lengths: [Int] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
        8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
        13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
        28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
        22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
        22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
        25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ]

    private static let lines = """
        :authority:
        :method: GET
        :method: POST
        :path: /
        :path: /index.html
        :scheme: http
        :scheme: https
        :status: 200
        :status: 204
        :status: 206
        :status: 304
        :status: 400
        :status: 404
        :status: 500
        accept-charset:
        accept-encoding: gzip, deflate
        accept-language:
        accept-ranges:
        accept:
        access-control-allow-origin:
        age:
        allow:
        authorization:
        cache-control:
        content-disposition:
        content-encoding:
        content-language:
        content-length:
        content-location:
        content-range:
        content-type:
        cookie:
        date:
        etag:
        expect:
        expires:
        from:
        host:
        if-match:
        if-modified-since:
        if-none-match:
        if-range:
        if-unmodified-since:
        last-modified:
        link:
        location:
        max-forwards:
        proxy-authenticate:
        proxy-authorization:
        range:
        referer:
        refresh:
        retry-after:
        server:
        set-cookie:
        strict-transport-security:
        transfer-encoding:
        user-agent:
        vary:
        via:
        www-authenticate:
        """
}
