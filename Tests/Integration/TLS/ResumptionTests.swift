import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Sessions are resumed, whichever worker a connection comes to.
    @Suite(.timeLimit(.minutes(1))) struct Resumption {
        private static let request = "GET / HTTP/1.1\r\nHost: web-80.test\r\nConnection: close\r\n\r\n"

        @Test("a session of one worker is resumed by any other", arguments: ["-tls1_2", "-tls1_3"])
        func acrossWorkers(version: String) throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), workers: 4)
            let session = "\(secure.authority.folder.path)/session"
            let options = [version, "-servername", "web-80.test", "-ign_eof", "-alpn", "http/1.1"]
            let first = try secure.openssl(options + ["-sess_out", session], input: Self.request)
            #expect(first.text.contains("New, TLSv1"), "\(first.text)")
            #expect(first.text.contains("HTTP/1.1 200"), "\(first.text)")
            for number in 0..<12 {
                let next = try secure.openssl(options + ["-sess_in", session], input: Self.request)
                #expect(next.text.contains("Reused, TLSv1"), "\(number): \(next.text)")
                #expect(next.text.contains("HTTP/1.1 200"), "\(number)")
            }
        }

        @Test("in TLS 1.2 a session for one name is not resumed for another (RFC 6066, section 3)")
        func otherName() throws {
            let secure = try SecureSetting(
                ["web-80": [try TestBackend("web")], "api-80": [try TestBackend("api")]],
                hosts: ["web-80.test", "api-80.test"])
            let session = "\(secure.authority.folder.path)/session"
            let options = ["-tls1_2", "-ign_eof", "-servername"]
            _ = try secure.openssl(options + ["web-80.test", "-sess_out", session], input: Self.request)
            let other = try secure.openssl(
                options + ["api-80.test", "-sess_in", session],
                input: Self.request.replacingOccurrences(of: "web", with: "api"))
            #expect(other.text.contains("HTTP/1.1 200"))
            #expect(!other.text.contains("Reused,"), "\(other.text)")
            #expect(other.lines.contains("subject=CN = api-80.test"))
        }
    }
}
