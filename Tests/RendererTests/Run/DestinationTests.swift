import Foundation
import Lab
import Testing

@testable import Renderer

@Suite struct DestinationTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func destination(
        _ name: String = "out", _ change: (inout TemplateSettings) -> Void = { _ in }
    ) throws
        -> Destination
    {
        var settings = TemplateSettings(.contents(""), destination: "\(folder.path)/\(name)")
        change(&settings)
        return try #require(Destination(settings, shelter: "\(folder.path)/state"))
    }

    private func write(_ text: String, _ destination: Destination) throws {
        let state = try destination.state()
        try destination.commit(try destination.stage(Array(text.utf8), over: state), over: state)
    }

    private func mode(_ name: String) throws -> UInt32 {
        try #require(try DiskFile("\(folder.path)/\(name)").standing()).mode
    }

    private func inode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
        return try #require(attributes[.systemFileNumber] as? Int)
    }

    @Test func `a new file has 0644, an old one keeps its mode, and perms win`() throws {
        try write("a", destination())
        #expect(try mode("out") == 0o644)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(folder.path)/out")
        try write("b", destination())
        #expect(try mode("out") == 0o600)
        try write("c", destination { $0.permissions = 0o640 })
        #expect(try mode("out") == 0o640)
        #expect(try folder.read("out") == "c")
    }

    @Test func `the old file is kept as backup, the same file under another name`() throws {
        let destination = try destination { $0.keepsBackup = true }
        try write("a", destination)
        let old = try inode("out")
        try write("b", destination)
        #expect(try folder.read("out.bak") == "a")
        #expect(try inode("out.bak") == old)
        try write("c", destination)
        #expect(try folder.read("out.bak") == "b")
    }

    @Test func `in place it stays the same file`() throws {
        let destination = try destination {
            $0.writesInPlace = true
            $0.keepsBackup = true
        }
        try write("a long text", destination)
        let old = try inode("out")
        try write("short", destination)
        #expect(try inode("out") == old)
        #expect(try folder.read("out") == "short")
        #expect(try folder.read("out.bak") == "a long text")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["out", "out.bak"])
    }

    @Test func `folders are made, unless they are not to be`() throws {
        try write("a", destination("x/y/out"))
        #expect(try folder.read("x/y/out") == "a")
        let error = #expect(throws: FileFailure.self) {
            try write("a", try destination("z/out") { $0.createsDirectories = false })
        }
        #expect(error?.description.contains("no such folder") == true)
    }

    @Test func `an owner that is nobody is an error that leaves the file alone`() throws {
        try write("a", destination())
        let error = #expect(throws: FileFailure.self) {
            try write("b", try destination { $0.user = .name("no-such-user-here") })
        }
        #expect(error?.description.contains("no-such-user-here") == true)
        #expect(try folder.read("out") == "a")
    }

    @Test func `a directory is no file`() throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/out", withIntermediateDirectories: false)
        #expect(throws: FileFailure.self) { try destination().state() }
    }

    @Test(arguments: [
        (["nginx -t"], ["nginx", "-t", "-c", "/x"]),
        (["/usr/sbin/nginx", "-t", "-q"], ["/usr/sbin/nginx", "-t", "-q", "-c", "/x"]),
        (["haproxy -c"], ["haproxy", "-c", "-f", "/x"]), (["haproxy -c -f"], ["sh", "-c", "haproxy -c -f '/x'"]),
        (["nginx -t -c {}"], ["sh", "-c", "nginx -t -c '/x'"]), (["visudo", "-cf"], ["visudo", "-cf", "/x"]),
        (["nginx -t | grep x"], ["sh", "-c", "nginx -t | grep x '/x'"]),
    ])
    func `nginx and HAProxy are told where the file is`(words: [String], arguments: [String]) throws {
        let command = try #require(RenderCommand(words))
        #expect(CheckArguments.arguments(of: command, checking: "/x") == arguments)
    }
}
