import FoundationEssentials
import Testing

@testable import Control

@Suite struct WholeFileTests {
    @Test func `a file is made with its directory, replaced as a whole, and leaves nothing beside it`() throws {
        let directory = try TemporaryDirectory()
        let file = WholeFile(directory: directory.path + "/state", name: "x")
        #expect(try file.read() == nil)
        try file.write([1, 2, 3])
        #expect(try file.read() == [1, 2, 3])
        let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        try file.write(large)
        #expect(try file.read() == large)
        #expect(try FileManager.default.contentsOfDirectory(atPath: file.directory) == ["x"])
    }

    @Test func `what cannot be written says where`() {
        let file = WholeFile(directory: "/nowhere/at/all", name: "x")
        #expect {
            try file.write([])
        } throws: { error in
            "\(error)" == "/nowhere/at/all: mkdir: No such file or directory"
        }
    }
}
