import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The request path allocates nothing in the steady state.
    @Suite(.timeLimit(.minutes(2))) struct Allocations {
        private static let requests = 2_000

        @Test("2,000 requests on a warm worker cost no allocation")
        func steadyState() throws {
            let folder = try ScratchFolder()
            let library = "\(folder.path)/mallocs.so"
            let counter = "\(folder.path)/count"
            let source = "\(Repository.root)/Benchmarks/allocations/mallocs.c"
            guard let compiler = Repository.program("cc") ?? Repository.program("clang") else {
                throw LabError("no C compiler: apt-get install gcc")
            }
            let build = try ChildProcess(compiler, ["-O2", "-shared", "-fPIC", "-o", library, source])
            #expect(try build.waitForEnd() == .exited(0))

            let backend = try TestBackend("web")
            let store = try folder.write("store.yaml", "services/web-80/h1:c1:80: \(backend.address)\n")
            let edge = try EdgeProcess(
                store: "file:\(store)", environment: ["LD_PRELOAD": library, "MALLOC_COUNT_FILE": counter])
            try edge.waitForAnswer(200, host: "web-80.test")
            let stream = try edge.client.connect()
            let request = "GET /a?b=c HTTP/1.1\r\nHost: web-80.test\r\nAccept: */*\r\nX-Other: value\r\n\r\n"
            func ask(_ count: Int) throws {
                for _ in 0..<count {
                    try stream.socket.send(request)
                    #expect(try stream.answer(by: .after(.seconds(5))).status == 200)
                }
            }
            try ask(200)
            let before = try Self.read(counter)
            try ask(Self.requests)
            let grown = try Self.read(counter) - before
            #expect(before > 0, "the counter counts")
            // Timers and the table's upkeep are not the request path; one allocation a request would be 2,000.
            #expect(grown < 20, "\(grown) allocations in \(Self.requests) requests")
        }

        private static func read(_ path: String) throws -> UInt64 {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            guard bytes.count >= 8 else { throw LabError("no count at \(path)") }
            return (0..<8).reduce(0) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
        }
    }
}
