import HTTPTypes
import Testing

@testable import Admin

/// Who may ask what.
@Suite struct GateTests {
    private static let open = AdminGate(token: nil, isLoopback: true)
    private static let token = AdminGate(token: Array("a-token-of-some-length".utf8), isLoopback: false)

    private func status(
        _ gate: AdminGate, _ method: HTTPRequest.Method = .get, host: String = "127.0.0.1:9090",
        fields: [(String, String)] = [], isOpen: Bool = false
    ) throws -> Int {
        var all = HTTPFields()
        for (name, value) in fields { all[try #require(HTTPField.Name(name))] = value }
        do {
            try gate.admit(method: method, authority: host, fields: all, isOpen: isOpen)
            return 200
        } catch {
            return error.status.code
        }
    }

    @Test(arguments: [
        ("127.0.0.1:9090", 200), ("localhost:9090", 200), ("[::1]:9090", 200), ("edge", 200), ("a.localhost", 200),
        ("evil.example", 421), ("evil.example:9090", 421), ("127.0.0.1.evil.example", 421),
    ])
    func `a loopback address is asked by its own names alone`(host: String, status: Int) throws {
        #expect(try self.status(Self.open, host: host) == status)
        #expect(try self.status(Self.open, .put, host: host, fields: [("X-Requested-With", "x")]) == status)
    }

    @Test(arguments: [
        ("Origin", "http://evil.example", 403), ("Origin", "null", 403), ("Origin", "http://127.0.0.1:9091", 403),
        ("Origin", "http://127.0.0.1:9090", 200), ("Origin", "https://127.0.0.1:9090", 200),
        ("Sec-Fetch-Site", "cross-site", 403), ("Sec-Fetch-Site", "same-site", 403),
        ("Sec-Fetch-Site", "same-origin", 200), ("Sec-Fetch-Site", "none", 200),
    ])
    func `pages of others are kept out`(field: String, value: String, status: Int) throws {
        #expect(try self.status(Self.open, fields: [(field, value)]) == status)
        #expect(try self.status(Self.open, .put, fields: [(field, value), ("X-Requested-With", "x")]) == status)
    }

    @Test func `a change is meant, or shows a token`() throws {
        #expect(try status(Self.open, .put) == 403)
        #expect(try status(Self.open, .put, fields: [("X-Requested-With", "")]) == 200)
        #expect(try status(Self.open, .head) == 200)
        #expect(try status(Self.token, .put, fields: [("Authorization", "Bearer a-token-of-some-length")]) == 200)
        #expect(try status(Self.token, .put, fields: [("X-Requested-With", "x")]) == 401)
    }

    @Test(arguments: [
        ("Bearer a-token-of-some-length", 200), ("bearer a-token-of-some-length", 200),
        ("Bearer a-token-of-some-lengtH", 401), ("Bearer a-token-of-some-lengt", 401),
        ("Bearer a-token-of-some-length-and-more", 401), ("Bearer ", 401), ("Bearer", 401), ("", 401),
        ("Basic a-token-of-some-length", 401), ("a-token-of-some-length", 401),
    ])
    func `a token is the right one or none`(value: String, status: Int) throws {
        #expect(try self.status(Self.token, host: "edge.example", fields: [("Authorization", value)]) == status)
    }

    @Test func `supervisors need no token`() throws {
        #expect(try status(Self.token, host: "10.0.0.1:9090", isOpen: true) == 200)
        #expect(
            try status(Self.token, host: "10.0.0.1:9090", fields: [("Origin", "http://evil.example")], isOpen: true)
                == 403)
    }
}
