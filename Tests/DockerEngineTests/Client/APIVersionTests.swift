import Testing

@testable import DockerEngine

@Suite struct APIVersionTests {
    @Test func `versions are numbers, not decimals`() {
        #expect(APIVersion("1.41") == APIVersion(1, 41))
        #expect(APIVersion(1, 9) < APIVersion(1, 24))
        #expect(APIVersion(1, 52) < APIVersion(2, 0))
        for text in ["", "1", "1.", ".4", "1.4.1", "-1.4", "1.x", "1.99999", "１.４"] { #expect(APIVersion(text) == nil) }
    }

    @Test func `the newest in common is spoken`() {
        #expect(APIVersion.common(with: APIVersion(1, 41)) == APIVersion(1, 41))
        #expect(APIVersion.common(with: APIVersion(1, 24)) == APIVersion(1, 24))
        #expect(APIVersion.common(with: APIVersion(1, 99)) == APIVersion.newest)
        #expect(APIVersion.common(with: APIVersion(1, 23)) == nil)
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800),
            ("Thu, 26 Nov 2026 06:07:11 GMT", 1_795_673_231),
        ] as [(String, Int64)])
    func `an engine's clock is read`(text: String, seconds: Int64) {
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 8:49 GMT",
    ])
    func `what is no date is none`(text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }
}
