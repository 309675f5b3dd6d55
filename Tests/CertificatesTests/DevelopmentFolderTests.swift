import Foundation
import Lab
import Testing
@testable import Certificates

@Suite struct DevelopmentFolderTests {
    private let shop: Workshop
    private let folder: DevelopmentFolder

    init() throws {
        shop = try Workshop()
        folder = DevelopmentFolder(path: shop.path + "/certs/")
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `a first certificate makes the authority, a second one uses it`() throws {
        let first = try folder.issue(.init(names: ["shop.example.com", "www.example.com"]))
        #expect(first.isNewAuthority)
        #expect(first.certificatePath == shop.path + "/certs/shop.example.com.pem")
        #expect(first.authorityPath == shop.path + "/certs/authority/ca.pem")
        let second = try folder.issue(.init(names: ["*.Bücher.example"]))
        #expect(!second.isNewAuthority && second.keyPath == shop.path + "/certs/wildcard.Bücher.example.key")
        for written in [first, second] {
            try shop.openssl("verify -x509_strict -CAfile", [written.authorityPath, written.certificatePath])
            #expect(try mode(written.keyPath) == 0o600)
            #expect(try mode(written.certificatePath) & 0o444 == 0o444)
        }
        #expect(try mode(shop.path + "/certs/authority/ca.key") == 0o600)
        #expect(first.summary.contains("curl --cacert \(first.authorityPath) https://shop.example.com/"))
        #expect(second.summary.contains("https://www.xn--bcher-kva.example/"))
        #expect(first.summary.contains("the authority, new") && !second.summary.contains("new"))
        // What was written is what a scan takes, and it has nothing to say of it.
        let contents = CertificateFolder.scan(shop.path + "/certs")
        #expect(contents.entries.map(\.name) == ["shop.example.com", "wildcard.Bücher.example"])
        #expect(contents.problems.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: shop.path + "/certs").count == 5)
    }

    @Test func `nothing is written over unless it is asked for`() throws {
        let first = try folder.issue(.init(names: ["a.example.com"]))
        let folder = folder
        let error = try refusal { () throws(CertificateError) in try folder.issue(.init(names: ["a.example.com"])) }
        #expect(error.place == first.certificatePath && error.remedy.contains("--force"))
        let second = try folder.issue(.init(names: ["a.example.com"]), overwriting: true)
        #expect(second.facts.serial != first.facts.serial && !second.isNewAuthority)
        #expect(CertificateFolder.scan(folder.path).entries.map(\.credential.facts) == [second.facts])
    }

    @Test func `a client's certificate lies with the authority, where nobody serves it`() throws {
        var request = DevelopmentAuthority.Request(names: ["deployer"])
        request.purpose = .client
        let written = try folder.issue(request)
        #expect(written.certificatePath == shop.path + "/certs/authority/deployer.pem")
        try shop.openssl("verify -purpose sslclient -CAfile", [written.authorityPath, written.certificatePath])
        #expect(CertificateFolder.scan(folder.path).entries.isEmpty)
        #expect(written.summary.contains("for CN=deployer") && written.summary.contains("curl --cert "))
        request.names = ["ca"]
        let own = request
        let folder = folder
        _ = try refusal { () throws(CertificateError) in try folder.issue(own, overwriting: true) }
    }

    @Test func `an authority kept elsewhere`() throws {
        let elsewhere = DevelopmentFolder(path: shop.path + "/a", authority: shop.path + "/b/root.crt")
        let written = try elsewhere.issue(.init(names: ["a.example.com"]))
        #expect(try mode(shop.path + "/b/root.crt.key") == 0o600)
        let again = DevelopmentFolder(path: shop.path + "/c", authority: shop.path + "/b/root.crt")
        let other = try again.issue(.init(names: ["a.example.com"]))
        #expect(!other.isNewAuthority)
        for written in [written, other] {
            try shop.openssl("verify -CAfile", [shop.path + "/b/root.crt", written.certificatePath])
        }
    }

    @Test func `half an authority, or none, is never replaced`() throws {
        let written = try folder.issue(.init(names: ["a.example.com"]))
        let (folder, keyPath) = (folder, folder.path + "/authority/ca.key")
        try FileManager.default.removeItem(atPath: keyPath)
        let missing = try refusal { () throws(CertificateError) in try folder.issue(.init(names: ["b.example.com"])) }
        #expect(missing.place == keyPath)
        // A leaf's own pair in its place.
        try FileManager.default.removeItem(atPath: written.authorityPath)
        try FileManager.default.moveItem(atPath: written.certificatePath, toPath: written.authorityPath)
        try FileManager.default.moveItem(atPath: written.keyPath, toPath: keyPath)
        let leaf = try refusal { () throws(CertificateError) in try folder.issue(.init(names: ["b.example.com"])) }
        #expect(leaf.what.contains("no authority") && leaf.place == written.authorityPath)
    }

    @Test(arguments: ["", "../x", "a/b", ".hidden", "a\0b"])
    func `what cannot be a file's name is refused, for clients too`(name: String) throws {
        var client = DevelopmentAuthority.Request(names: [name])
        client.purpose = .client
        let request = client
        let folder = folder
        _ = try refusal { () throws(CertificateError) in try folder.issue(request) }
        #expect(!FileManager.default.fileExists(atPath: shop.path + "/certs"))
    }

    @Test func `an IPv6 address stands in brackets where the way to use it is told`() throws {
        #expect(try folder.issue(.init(names: ["::1"])).summary.contains("https://[::1]/"))
    }
}
