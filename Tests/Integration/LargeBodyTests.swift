import Lab
import Testing

extension IntegrationTests {
    /// Bodies of any size pass in bounded memory, as fast as their reader takes them.
    @Suite(.timeLimit(.minutes(3))) struct LargeBodies {
        @Test("10 GB to a reader that stalls again and again stays under 64 MB resident")
        func tenGigabytesDown() throws {
            let octets = 10 << 30
            let setting = try Setting(backend: try TestBackend("web", .generate(octets)))
            let socket = try setting.client.connect(receiveBuffer: 1 << 20).socket
            try socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            var received = 0
            var pauses = 0
            var peak = 0
            while received < octets {
                let count = try socket.receive(over: &buffer, by: .after(.seconds(30)))
                if count == 0 { break }
                received += count
                // Every gigabyte the reader takes nothing for half a second: what is sent meanwhile must wait at its source.
                if received >> 30 > pauses {
                    pauses = received >> 30
                    Deadline.after(.milliseconds(500)).pass()
                    peak = max(peak, try ProcessFigures.resident(setting.edge.child.id))
                }
            }
            #expect(received >= octets)
            #expect(peak < 64 << 20, "\(peak >> 20) MB resident at a stall")
            #expect(try ProcessFigures.peakResident(setting.edge.child.id) < 64 << 20)
        }

        @Test("a reader of 1 MB/s holds the sender back, not the edge's memory")
        func slowReader() throws {
            let setting = try Setting(backend: try TestBackend("web", .generate(1 << 30)))
            let socket = try setting.client.connect(receiveBuffer: 32 << 10).socket
            try socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            var buffer = [UInt8](repeating: 0, count: 100 << 10)
            for _ in 0..<30 {
                _ = try socket.receive(over: &buffer, by: .after(.seconds(10)))
                Deadline.after(.milliseconds(100)).pass()
            }
            #expect(try ProcessFigures.peakResident(setting.edge.child.id) < 64 << 20)
        }

        @Test("a 2 GB upload to an endpoint that counts arrives whole, in bounded memory")
        func upload() throws {
            let octets = 2 << 30
            let setting = try Setting(backend: try TestBackend("web", .count))
            let stream = try setting.client.connect()
            try stream.socket.send("PUT / HTTP/1.1\r\nHost: web-80.test\r\nContent-Length: \(octets)\r\n\r\n")
            let piece = [UInt8](repeating: 117, count: 1 << 20)
            for _ in 0..<(octets >> 20) { try stream.socket.send(piece, by: .after(.seconds(30))) }
            #expect(try stream.answer(by: .after(.seconds(30))).text == "\(octets)")
            #expect(try ProcessFigures.peakResident(setting.edge.child.id) < 64 << 20)
        }
    }
}
