import Testing
@testable import Certificates

@Suite struct PEMBlockTests {
    private func blocks(_ text: String) throws -> [PEMBlock] {
        let blocks = try PEMBlock.blocks(in: Array(text.utf8), part: .certificate)
        return blocks
    }

    @Test func `blocks are found among other text, with their lines`() throws {
        let found = try blocks(
            """
            subject=CN = x
            -----BEGIN A-----
            AAEC
            -----END A-----
            between: nothing
              -----BEGIN B C-----\r
              Proc-Type: 4,ENCRYPTED\r
              DEK-Info: AES-128-CBC,00\r
            \r
              AAEC\t
              Aw==\r
              -----END B C-----
            """)
        #expect(
            found == [
                PEMBlock(label: "A", line: 2, der: [0, 1, 2], hasEncryptionField: false),
                PEMBlock(label: "B C", line: 6, der: [0, 1, 2, 3], hasEncryptionField: true),
            ])
        #expect(try blocks("nothing").isEmpty && blocks("").isEmpty)
    }

    @Test(arguments: [
        ("-----BEGIN A-----\nAAEC\n", 1, "END"),
        ("-----BEGIN A-----\nAAEC\n-----END B-----\n", 1, "END"),
        ("-----BEGIN A-----\nAAEC\n-----BEGIN A-----\nAAEC\n-----END A-----\n", 1, "END"),
        ("\nAAEC\n-----END A-----\n", 3, "BEGIN"),
        ("-----BEGIN A-----\nAA EC\n-----END A-----\n", 2, "Base64"),
        ("-----BEGIN A-----\nAAEC\nA#==\n-----END A-----\n", 3, "Base64"),
        ("-----BEGIN A-----\nAA==\nAAEC\n-----END A-----\n", 3, "Base64"),
        ("-----BEGIN A-----\nAA===\n-----END A-----\n", 2, "Base64"),
        ("-----BEGIN A-----\nAAE\n-----END A-----\n", 3, "octet"),
        ("-----BEGIN A-----\n-----END A-----\n", 2, "empty"),
    ])
    func `what is broken is told by its line`(text: String, line: Int, what: String) throws {
        let error = try refusal { () throws(CertificateError) in
            try PEMBlock.blocks(in: Array(text.utf8), part: .key)
        }
        #expect(error.line == line)
        #expect(error.description.contains(what) && error.description.hasPrefix("key:\(line): "))
    }

    @Test func `files that no chain needs are not read`() throws {
        let text = [UInt8](repeating: 10, count: PEMBlock.maximumCount + 1)
        _ = try refusal { () throws(CertificateError) in try PEMBlock.blocks(in: text, part: .certificate) }
    }

    @Test func `Base64 is undone, whatever is left of the last group`() throws {
        for count in 1...100 {
            let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151) }
            let found = try PEMBlock.blocks(in: PEMBlock.text("A", octets), part: .certificate)
            #expect(found.map(\.der) == [octets])
        }
    }
}
