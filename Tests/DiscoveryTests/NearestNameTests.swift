import Testing

@testable import Discovery

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("adress", "address"), ("Address", "address"), ("redirekt", "redirect"), ("rediretc", "redirect"),
        ("zzz", nil), ("x", nil), ("", nil), ("host", "hosts"), ("pats", "paths"),
    ])
    func `a slip of the finger finds its name`(written: String, meant: String?) {
        #expect(nearestName(to: written, among: ["address", "redirect", "hosts", "paths"]) == meant)
    }
}
