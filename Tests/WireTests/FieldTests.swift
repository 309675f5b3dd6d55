import Testing
@testable import Wire

@Suite struct FieldTests {
    /// The spelling of every known name, as its RFC has it.
    static let spellings: [(HeaderName, String)] = [
        (.host, "Host"), (.connection, "Connection"), (.contentLength, "Content-Length"),
        (.transferEncoding, "Transfer-Encoding"), (.te, "TE"), (.trailer, "Trailer"), (.upgrade, "Upgrade"),
        (.keepAlive, "Keep-Alive"), (.expect, "Expect"), (.proxyConnection, "Proxy-Connection"),
        (.proxyAuthorization, "Proxy-Authorization"), (.proxyAuthenticate, "Proxy-Authenticate"), (.proxy, "Proxy"),
        (.http2Settings, "HTTP2-Settings"), (.forwarded, "Forwarded"), (.xForwardedFor, "X-Forwarded-For"),
        (.xForwardedProto, "X-Forwarded-Proto"), (.xForwardedHost, "X-Forwarded-Host"),
        (.xForwardedPort, "X-Forwarded-Port"), (.xForwardedPrefix, "X-Forwarded-Prefix"),
        (.xForwardedServer, "X-Forwarded-Server"), (.xForwardedSSL, "X-Forwarded-SSL"), (.xRealIP, "X-Real-IP"),
        (.xRequestID, "X-Request-ID"), (.via, "Via"), (.cookie, "Cookie"), (.authorization, "Authorization"),
        (.userAgent, "User-Agent"), (.referer, "Referer"), (.accept, "Accept"), (.date, "Date"), (.server, "Server"),
        (.contentType, "Content-Type"), (.location, "Location"), (.secWebSocketKey, "Sec-WebSocket-Key"),
        (.secWebSocketVersion, "Sec-WebSocket-Version"), (.traceParent, "Traceparent"), (.traceState, "Tracestate"),
    ]

    /// What the parser makes of a field of this name in a trailer section, where no name is judged.
    private func name(of text: String) -> HeaderName? {
        let (outcome, fields, _) = Parsing().trailers(octets("\(text): 1\r\n\r\n"))
        return outcome == .complete ? fields.first?.known : nil
    }

    @Test func everyKnownNameHasASpelling() {
        let spelled = Set(Self.spellings.map(\.0))
        #expect(spelled.union([.other, .underscoreTwin, .xClientCertificate]) == Set(HeaderName.allCases))
    }

    @Test(arguments: spellings)
    func knowsNamesInAnyCase(_ known: HeaderName, _ spelling: String) {
        #expect(name(of: spelling) == known)
        #expect(name(of: spelling.lowercased()) == known)
        #expect(name(of: spelling.uppercased()) == known)
    }

    @Test func theCertificateFieldsAreAFamily() {
        for known in [
            "X-Client-Cert-Verify", "x-client-cert-fingerprint", "X-CLIENT-CERT-A", "X-Client-Cert-Subject-DN-Of-All",
        ] {
            #expect(name(of: known) == .xClientCertificate, "\(known)")
        }
        for other in [
            "X-Client-Cert-", "X-Client-Cert", "X-Client-Certificate-Subject", "X-Clients-Cert-Verify",
            "Y-Client-Cert-Verify",
        ] {
            #expect(name(of: other) == .other, "\(other)")
        }
        for twin in ["X_Client_Cert_Verify", "X-Client-Cert_Fingerprint", "x-client_cert-subject-that-is-long"] {
            #expect(name(of: twin) == .underscoreTwin, "\(twin)")
        }
    }

    @Test(arguments: spellings)
    func takesNoOtherNameForAKnownOne(_ known: HeaderName, _ spelling: String) {
        let bytes = Array(spelling.utf8)
        #expect(name(of: spelling + "x") == .other)
        #expect(name(of: "x" + spelling) == .other)
        for index in bytes.indices {
            var shorter = bytes
            shorter.remove(at: index)
            if !shorter.isEmpty { #expect(name(of: text(shorter)) == .other, "\(text(shorter))") }
            // Every other token octet in its place; `_` for `-` makes a twin.
            for octet in UInt8.min...UInt8.max where OctetSet.token.contains(octet) {
                var changed = bytes
                changed[index] = octet
                let isSame = Octet.lowercased(octet) == Octet.lowercased(bytes[index])
                let isTwin = octet == Octet.underscore && bytes[index] == UInt8(ascii: "-")
                let isReal = Self.spellings.contains { $0.1.lowercased() == text(changed).lowercased() }
                let expected: HeaderName = isSame ? known : isTwin ? .underscoreTwin : .other
                if isSame || !isReal { #expect(name(of: text(changed)) == expected, "\(text(changed))") }
            }
        }
    }

    @Test(arguments: [
        ("X_Forwarded_For", HeaderName.underscoreTwin), ("x_forwarded-proto", .underscoreTwin),
        ("Content_Length", .underscoreTwin), ("TRANSFER_ENCODING", .underscoreTwin), ("x_real_ip", .underscoreTwin),
        ("my_header", .other), ("X_Forwarded_Fo", .other), ("_host", .other), ("host_", .other),
    ])
    func tellsUnderscoreTwins(_ spelling: String, _ expected: HeaderName) {
        #expect(name(of: spelling) == expected)
    }

    @Test func theHopByHopNamesAreTheseAndNoOthers() {
        let expected: Set<HeaderName> = [
            .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade, .proxyAuthorization,
            .proxyAuthenticate, .http2Settings, .proxy, .underscoreTwin,
        ]
        #expect(Set(HeaderName.allCases.filter(\.isHopByHop)) == expected)
    }

    @Test func aConnectionOptionMarksItsFields() {
        let (outcome, request) = Parsing().request(
            octets(
                "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-b: 2\r\nConnection: x-a, X-C,keep-alive\r\n"
                    + "X-Abc: 3\r\nX-a: 4\r\nconnection: X-B\r\n\r\n"))
        #expect(outcome == .complete)
        #expect(request.fields.filter(\.isHopByHop).map(\.value) == ["1", "2", "4"])
    }

    @Test(arguments: [
        "Host", "Content-Length", "Authorization", "Cookie", "X-Forwarded-For", "X-Forwarded-Proto",
        "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Ssl",
        "X-Forwarded-Whatever", "Forwarded", "X-Real-IP", "X-Request-ID", "Expect", "Via",
    ])
    func aConnectionOptionCannotDeleteWhatOthersDecideBy(_ name: String) {
        let value = name == "Content-Length" ? "1" : name == "Expect" ? "100-continue" : "a"
        let field = name == "Host" ? "" : "\(name): \(value)\r\n"
        let (outcome, request) = Parsing().request(
            octets("POST / HTTP/1.1\r\nHost: a\r\n\(field)Connection: \(name.lowercased())\r\n\r\n"))
        #expect(outcome == .complete)
        #expect(request.fields.allSatisfy { !$0.isHopByHop })
    }

    @Test func connectionOptionsAreBounded() {
        func head(_ count: Int) -> [UInt8] {
            let options = (0..<count).map { "o\($0)" }.joined(separator: ",")
            return octets("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(options)\r\n\r\n")
        }
        #expect(Parsing().request(head(ConnectionOptions.maximumCount)).outcome == .complete)
        #expect(Parsing().request(head(ConnectionOptions.maximumCount + 1)).outcome == .rejected(.tooManyFields))
    }

    @Test func octetSetsAreThoseOfTheirGrammars() {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        let token = Set((letters + "!#$%&'*+-.^_`|~").utf8)
        let host = Set((letters + "-._~").utf8)
        for octet in UInt8.min...UInt8.max {
            #expect(OctetSet.token.contains(octet) == token.contains(octet))
            #expect(OctetSet.host.contains(octet) == host.contains(octet))
        }
    }
}
