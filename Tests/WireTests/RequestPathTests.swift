import Testing
import Wire

@Suite struct RequestPathTests {
    @Test(arguments: [
        ("/", "/"), ("/a/b.c", "/a/b.c"), ("/%61%7E%2d", "/a~-"), ("/%2f%3f%5c", "/%2F%3F%5C"), ("/%C3%a9", "/%C3%A9"),
        ("/%25%36%31", "/%2561"), ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/a/b/../../c", "/c"), ("/.", "/"),
        ("/a/.", "/a/"), ("/a/..", "/"), ("/a/b/..", "/a/"), ("/./a", "/a"), ("/%2e/a", "/a"), ("/a/%2E%2e/b", "/b"),
        ("/a/.%2e", "/"), ("/a/%2e.", "/"), ("/...", "/..."), ("/.a", "/.a"), ("/..a", "/..a"), ("/a..", "/a.."),
        ("/.well-known/x", "/.well-known/x"), ("//", "//"), ("/a//b", "/a//b"), ("//..", "/"), ("/a//../b", "/a/b"),
        ("/a;x=1/b", "/a;x=1/b"), ("/a/..%2fb", "/a/..%2Fb"), ("*", "*"), ("", ""), ("/\u{E9}", "/\u{E9}"),
        ("/%0d%0a", "/%0D%0A"), ("/%01", "/%01"),
    ])
    func normalizes(_ path: String, _ expected: String) {
        #expect(normalized(path) == expected)
        // The form is a fixed point, whether or not the scan can tell.
        #expect(normalized(expected) == expected)
    }

    @Test(arguments: [
        "/%00", "/a%00b", "/%", "/%4", "/%4g", "/%g4", "/a%", "/%%41", "/..", "/../a", "/a/../..", "/%2e%2e",
        "/a/../../b",
        "/./..", "/..;/a", "/a/..;x/b", "/a/.;", "/a/%2e%2e;/b", "a", "a/b", "*a", "%2Fa",
    ])
    func refuses(_ path: String) {
        #expect(normalized(path) == nil)
    }

    @Test(arguments: [
        "/%41", "/abcdefg%41", "/abcdefgh/ijk%", "/.", "/..", "/a/./b", "/abcdef/.", "/abcdefg/..", "/abcdefgh/.x",
        "/a/..", "//.", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaa/./",
    ])
    func doesNotCallNormalWhatMayNotBe(_ path: String) {
        #expect(!isNormal(path))
    }

    @Test(arguments: ["/", "", "*", "/a", "/a.b/c..d/e.", "/index.html", "/abcdefgh.ijk/lmnop", "//a//b", "/a;b=c/d@e"])
    func callsNormalWhatIs(_ path: String) {
        #expect(isNormal(path))
        #expect(normalized(path) == path)
    }

    @Test func whatIsCalledNormalIsAFixedPoint() {
        // All paths of up to seven octets over the octets that matter, behind prefixes that shift them within a word.
        let alphabet = Array("/.%2ea".utf8)
        for prefix in ["/", "/abcdef", "/abcdefg/h"] {
            for code in 0..<(6 * 6 * 6 * 6 * 6) {
                var rest = code
                var path = prefix
                for _ in 0..<5 {
                    path.unicodeScalars.append(Unicode.Scalar(alphabet[rest % 6]))
                    rest /= 6
                }
                if isNormal(path) { #expect(normalized(path) == path, "\(path)") }
                guard let once = normalized(path) else { continue }
                #expect(normalized(once) == once, "\(path)")
                #expect(!once.split(separator: "/").contains { $0 == "." || $0 == ".." }, "\(path)")
            }
        }
    }

    @Test func refusesAnOutputThatIsTooSmall() {
        let bytes = octets("/abc")
        var output = [UInt8](repeating: 0, count: 3)
        let count = unsafe bytes.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { unsafe RequestPath.normalize(source, into: $0) }
        }
        #expect(count == -1)
    }
}
