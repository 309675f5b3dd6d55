import KeyValue
import Testing

@testable import Discovery

@Suite struct CertificateTreeTests {
    private func tree(_ values: [String: String]) -> CertificateTree {
        var tree = CertificateTree(prefix: "certs/", source: "consul")
        tree.update(listing(values, revision: 3))
        return tree
    }

    @Test func `a certificate is two keys below its name`() {
        let tree = tree([
            "certs/shop/cert": "C", "certs/shop/key": "K", "certs/": "", "certs/empty/": "",
            "certs/both/cert": "C and K",
        ])
        #expect(tree.problems.map(\.description) == [])
        #expect(tree.certificates.map(\.name) == ["both", "shop"])
        #expect(tree.certificates.map(\.key) == ["certs/both/cert", "certs/shop/cert"])
        #expect(tree.certificates.map(\.privateKey) == [nil, Array("K".utf8)])
        #expect(tree.certificates.map(\.revision) == [3, 3])
        #expect(tree.broken.isEmpty)
    }

    @Test func `what is none is named, and its neighbours stand`() {
        let form = "it is no certificate's: keys are certs/NAME/cert and certs/NAME/key"
        let tree = tree([
            "certs/good/cert": "C", "certs/good/key": "K", "certs/lone/key": "K", "certs/x": "?", "certs/a/b/cert": "?",
            "certs//cert": "?", "certs/good/chain": "?",
            "certs/big/cert": String(repeating: "x", count: CertificateTree.maximumCount + 1),
        ])
        #expect(tree.certificates.map(\.name) == ["good"])
        #expect(tree.broken == ["lone", "big"])
        #expect(
            Dictionary(uniqueKeysWithValues: tree.problems.map { ($0.subject, $0.reason) }) == [
                "certs/x": form, "certs/a/b/cert": form, "certs//cert": form, "certs/good/chain": form,
                "certs/lone/key": "there is no certificate for this key: write certs/lone/cert",
                "certs/big/cert": "it has 262145 octets: at most 262144 are read",
            ])
    }
}
