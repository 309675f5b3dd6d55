extension HeaderName {
    /// Which name the octets of `range` are, letters compared without case.
    ///
    /// The range must hold a token. Setting bit 5 of every octet folds letters, leaves `-` and digits alone and maps no
    /// other token octet onto them, so that comparing folded words is exact. A name with `_` is compared a second time
    /// with `-` in its place, to tell twins.
    @inline(__always)
    static func lookup(_ bytes: Octets, start: Int, count: Int, hasUnderscore: Bool) -> HeaderName {
        if hasUnderscore { return lookupTwin(bytes, start: start, count: count) }
        if count <= 8 {
            return short(bytes.word(at: start, count: count) | foldMask(count), count)
        }
        let first = bytes.word(at: start) | Swar.repeated(0x20)
        if first == word("x-client"), count > 14 {
            return certificate(bytes.word(at: start &+ 7) | Swar.repeated(0x20))
        }
        if count > 24 { return .other }
        let last = bytes.word(at: start &+ count &- 8) | Swar.repeated(0x20)
        if count <= 16 { return medium(first, last, count) }
        return long(first, bytes.word(at: start &+ 8) | Swar.repeated(0x20), last, count)
    }

    /// The twin that a name with `_` is, or `.other`.
    private static func lookupTwin(_ bytes: Octets, start: Int, count: Int) -> HeaderName {
        let name: HeaderName
        if count <= 8 {
            name = short(dashed(bytes.word(at: start, count: count) | foldMask(count)), count)
        } else {
            let first = dashed(bytes.word(at: start) | Swar.repeated(0x20))
            if first == word("x-client"), count > 14 {
                let next = dashed(bytes.word(at: start &+ 7) | Swar.repeated(0x20))
                return certificate(next) == .other ? .other : .underscoreTwin
            }
            if count > 24 { return .other }
            let last = dashed(bytes.word(at: start &+ count &- 8) | Swar.repeated(0x20))
            if count <= 16 {
                name = medium(first, last, count)
            } else {
                name = long(first, dashed(bytes.word(at: start &+ 8) | Swar.repeated(0x20)), last, count)
            }
        }
        return name == .other ? .other : .underscoreTwin
    }

    /// Bit 5 of the first `count` octets.
    @inline(__always)
    private static func foldMask(_ count: Int) -> UInt64 {
        count >= 8
            ? Swar.repeated(0x20)
            : Swar.repeated(0x20) & ((1 &<< (UInt64(truncatingIfNeeded: count) &* 8)) &- 1)
    }

    /// A folded word with `-` for `_`, which folding turned into 0x7F (no token octet by itself).
    @inline(__always)
    private static func dashed(_ word: UInt64) -> UInt64 {
        word ^ ((Swar.equal(word, 0x7F) &>> 7) &* UInt64(0x7F ^ 0x2D))
    }

    @inline(__always)
    private static func word(_ literal: StaticString) -> UInt64 { literal.word }

    /// Names that begin with `X-Client-Cert-`, by the last letter of `X-Client` and what follows it.
    @inline(__always)
    private static func certificate(_ name: UInt64) -> HeaderName {
        let mask = UInt64.max &>> 8
        return name & mask == word("t-cert-\0") & mask ? .xClientCertificate : .other
    }

    /// Names of at most eight octets, padded with zeroes.
    @inline(__always)
    private static func short(_ name: UInt64, _ count: Int) -> HeaderName {
        switch count {
        case 2:
            if name == word("te\0\0\0\0\0\0") { return .te }
        case 3:
            if name == word("via\0\0\0\0\0") { return .via }
        case 4:
            if name == word("host\0\0\0\0") { return .host }
            if name == word("date\0\0\0\0") { return .date }
        case 5:
            if name == word("proxy\0\0\0") { return .proxy }
        case 6:
            if name == word("accept\0\0") { return .accept }
            if name == word("cookie\0\0") { return .cookie }
            if name == word("server\0\0") { return .server }
            if name == word("expect\0\0") { return .expect }
        case 7:
            if name == word("referer\0") { return .referer }
            if name == word("upgrade\0") { return .upgrade }
            if name == word("trailer\0") { return .trailer }
        case 8:
            if name == word("location") { return .location }
        default: break
        }
        return .other
    }

    /// Names of 9 to 16 octets by their first and last eight.
    @inline(__always)
    private static func medium(_ first: UInt64, _ last: UInt64, _ count: Int) -> HeaderName {
        switch count {
        case 9:
            if first == word("x-real-i"), last == word("-real-ip") { return .xRealIP }
            if first == word("forwarde"), last == word("orwarded") { return .forwarded }
        case 10:
            if first == word("connecti"), last == word("nnection") { return .connection }
            if first == word("user-age"), last == word("er-agent") { return .userAgent }
            if first == word("keep-ali"), last == word("ep-alive") { return .keepAlive }
            if first == word("tracesta"), last == word("acestate") { return .traceState }
        case 11:
            if first == word("tracepar"), last == word("ceparent") { return .traceParent }
        case 12:
            if first == word("x-reques"), last == word("quest-id") { return .xRequestID }
            if first == word("content-"), last == word("ent-type") { return .contentType }
        case 13:
            if first == word("authoriz"), last == word("rization") { return .authorization }
        case 14:
            if first == word("content-"), last == word("t-length") { return .contentLength }
            if first == word("http2-se"), last == word("settings") { return .http2Settings }
        case 15:
            if first == word("x-forwar"), last == word("rded-for") { return .xForwardedFor }
            if first == word("x-forwar"), last == word("rded-ssl") { return .xForwardedSSL }
        case 16:
            if first == word("x-forwar"), last == word("ded-host") { return .xForwardedHost }
            if first == word("x-forwar"), last == word("ded-port") { return .xForwardedPort }
            if first == word("proxy-co"), last == word("nnection") { return .proxyConnection }
        default: break
        }
        return .other
    }

    /// Names of 17 to 24 octets by their first, second and last eight.
    @inline(__always)
    private static func long(_ first: UInt64, _ middle: UInt64, _ last: UInt64, _ count: Int) -> HeaderName {
        switch count {
        case 17:
            if first == word("transfer"), middle == word("-encodin"), last == word("encoding") {
                return .transferEncoding
            }
            if first == word("x-forwar"), middle == word("ded-prot"), last == word("ed-proto") {
                return .xForwardedProto
            }
            if first == word("sec-webs"), middle == word("ocket-ke"), last == word("cket-key") {
                return .secWebSocketKey
            }
        case 18:
            if first == word("x-forwar"), middle == word("ded-pref"), last == word("d-prefix") {
                return .xForwardedPrefix
            }
            if first == word("x-forwar"), middle == word("ded-serv"), last == word("d-server") {
                return .xForwardedServer
            }
            if first == word("proxy-au"), middle == word("thentica"), last == word("enticate") {
                return .proxyAuthenticate
            }
        case 19:
            if first == word("proxy-au"), middle == word("thorizat"), last == word("rization") {
                return .proxyAuthorization
            }
        case 21:
            if first == word("sec-webs"), middle == word("ocket-ve"), last == word("-version") {
                return .secWebSocketVersion
            }
        default: break
        }
        return .other
    }
}
