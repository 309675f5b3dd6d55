import NIOCore
import Testing

@testable import Swarm

@Suite struct AnswerScannerTests {
    /// Status, and after how many octets the answer was whole.
    private static func scan(_ text: String, to method: String = "POST", piece: Int) -> (status: Int?, end: Int?) {
        var scanner = AnswerScanner(to: method)
        let octets = Array(text.utf8)
        var place = 0
        while place < octets.count {
            let next = min(place + piece, octets.count)
            scanner.take(ByteBuffer(bytes: octets[place..<next]))
            place = next
            if scanner.isFinished { return (scanner.status, place) }
        }
        return (scanner.status, nil)
    }

    @Test(arguments: [
        ("HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", "POST", 204, 0),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "POST", 200, 0),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "POST", 200, 0),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", "HEAD", 200, 0),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "POST", 404, 0),
        ("HTTP/1.1 500 Oh no\r\ncontent-length:  2 \r\n\r\nno", "POST", 500, 0),
    ])
    func `an answer is whole where its framing says`(text: String, method: String, status: Int, rest: Int) {
        for piece in [1, 2, 7, 1_000] {
            let found = Self.scan(text, to: method, piece: piece)
            #expect(found.status == status)
            #expect(found.end == text.utf8.count)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", "HTTP/1.1 200 OK\r\nX: y\r\nA: b\r\n\r\nbody"),
        ("HTTP/1.1 101 UPGRADED\r\n\r\nraw", "HTTP/1.1 101 UPGRADED\r\n\r\nraw"), ("SSH\n", "SSH\n"),
    ])
    func `fields are put into an answer's head, however it is cut`(text: String, expected: String) {
        let octets = Array(text.utf8)
        for cut in 0...octets.count {
            var insertion = FieldInsertion("X: y\r\n")
            var passed = ByteBuffer()
            var isDone = false
            for piece in [octets[..<cut], octets[cut...]] {
                if isDone {
                    passed.writeBytes(piece)
                } else if var changed = insertion.pass(ByteBuffer(bytes: piece)) {
                    isDone = true
                    passed.writeBuffer(&changed)
                }
            }
            #expect(String(buffer: passed) == expected)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nanything\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n0\r\n\r\n", "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n0\r\n\r\n",
    ])
    func `what has no end in itself ends with its connection`(text: String) {
        for piece in [1, 3, 1_000] { #expect(Self.scan(text, piece: piece).end == nil) }
    }
}
