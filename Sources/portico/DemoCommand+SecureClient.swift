import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

extension DemoCommand {
    /// A client of TLS and HTTP/2 that is not ours, so that the tour shows what others see.
    struct SecureClient {
        /// The file of the authority that it trusts, and no other.
        let authority: String

        /// An answer.
        struct Answer {
            /// `HTTP/2` or `HTTP/1.1`.
            var version: String
            var status: Int
            var body: String
        }

        /// Asks for `url`, whose host is at `address` whatever the DNS says.
        func get(_ url: String, to address: String) async throws -> Answer {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority))
            var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
            configuration.httpVersion = .automatic
            let request = HTTPClientRequest(url: url)
            guard let host = url.split(separator: "/").dropFirst().first?.split(separator: ":").first else {
                throw Connection.Failure(description: "\(url) has no host")
            }
            configuration.dnsOverride = [String(host): address]
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            let answer: Answer
            do {
                let response = try await client.execute(request, timeout: .seconds(10))
                let body = try await response.body.collect(upTo: 64 << 10)
                let version =
                    response.version.major == 2 ? "HTTP/2" : "HTTP/\(response.version.major).\(response.version.minor)"
                answer = Answer(
                    version: version, status: Int(response.status.code),
                    body: String(decoding: body.readableBytesView, as: UTF8.self))
            } catch {
                try await client.shutdown()
                throw Connection.Failure(description: "GET \(url): \(error)")
            }
            try await client.shutdown()
            return answer
        }
    }
}
