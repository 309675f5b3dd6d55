import Routing
import Testing

@testable import Discovery

@Suite struct CompressionSettingsTests {
    private static func read(_ text: String) throws -> (settings: CompressionSettings, errors: [String]) {
        let reader = DocumentReader(source: "p")
        let node = try DocumentNode.parse(text, source: "p")
        let policy = reader.policy(["compress": node], scope: .route).policy
        return (policy.compression, reader.errors.map(\.message))
    }

    @Test func `on, off, and how`() throws {
        #expect(try Self.read("true").settings.isOn == true)
        #expect(try Self.read("false").settings.isOn == false)
        let (settings, errors) = try Self.read(
            "{ types: [text/*, '*+json', image/svg+xml], minimum: 2k, algorithms: [gzip, br, gzip], level: 6 }")
        #expect(errors == [])
        var policy = CompressionPolicy()
        settings.apply(to: &policy)
        #expect(policy.isOn)
        #expect(policy.types == ["text/*", "*+json", "image/svg+xml"])
        #expect(policy.minimum == 2048)
        #expect(policy.codings.map { "\($0)" } == ["gzip", "brotli"])
        #expect(policy.level == 6)
    }

    @Test(arguments: ["text", "te*t/html", "text/*/x", "text/html; charset=utf-8", "**", "*+js*n", "/*", "a/b/c"])
    func `what is no type is refused`(type: String) throws {
        let errors = try Self.read("types: ['\(type)']").errors
        #expect(errors.count == 1, "\(type): \(errors)")
    }

    @Test func `what makes no sense is named`() throws {
        #expect(
            try Self.read("{ minimum: unlimited, algorithms: [deflate], level: 10 }").errors == [
                "compress.minimum is \"unlimited\": it is a size up to 1G",
                "\"deflate\" in compress.algorithms: it is one of zstd, br, gzip",
                "compress.level is \"10\": it is a whole number from 1 to 9",
            ])
        #expect(try Self.read("maybe").errors == ["compress is \"maybe\": it is true or false"])
    }
}
