import Foundation
import Lab
import Testing

@testable import Renderer

@Suite struct VersionShelfTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func shelf(_ path: String = "/etc/x.cfg", keeping count: Int = 3) -> VersionShelf {
        VersionShelf(of: path, in: "\(folder.path)/state", keeping: count)
    }

    @Test func `the last versions are kept, each once`() throws {
        for text in ["a", "b", "b", "c", "d"] { try shelf().keep(Array(text.utf8)) }
        #expect(shelf().numbers == [2, 3, 4])
        #expect(shelf().numbers.compactMap { shelf().version($0) } == ["b", "c", "d"].map { Array($0.utf8) })
        #expect(shelf().newest(unlike: Array("d".utf8))?.number == 3)
        try shelf(keeping: 1).keep(Array("e".utf8))
        #expect(shelf().numbers == [5])
    }

    @Test func `none is kept where none is wished`() throws {
        try shelf(keeping: 0).keep(Array("a".utf8))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/state"))
    }

    @Test func `what is owed is known to the next`() throws {
        #expect(!shelf().isOwed)
        try shelf().markOwed()
        #expect(shelf().isOwed && !shelf("/etc/y.cfg").isOwed)
        shelf().clearOwed()
        #expect(!shelf().isOwed)
    }

    @Test func `files of one name in several folders are told apart, and nobody else reads them`() throws {
        try shelf("/a/x.cfg").keep([1])
        #expect(shelf("/b/x.cfg").numbers.isEmpty)
        let shelf = shelf("/a/x.cfg")
        let modes = try [shelf.folder, "\(shelf.folder)/version-1"].map {
            try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
        }
        #expect(modes == [0o700, 0o600])
    }

    @Test func `a log is begun anew when it is full, and old ones go`() throws {
        var settings = LogFileSettings(path: "\(folder.path)/log/r.log")
        settings.rotateOctets = 10
        settings.rotateFiles = -1
        let log = try LogFile(settings)
        for line in ["12345678", "abcdefgh", "last"] { log.write(line) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/log") == ["r.log"])
        #expect(try folder.read("log/r.log") == "last\n")
    }
}
