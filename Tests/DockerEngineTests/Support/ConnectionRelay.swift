import Foundation
import Lab
import Synchronization

/// An address that leads to one engine and later to another.
final class ConnectionRelay: Sendable {
    /// Where it listens, at 127.0.0.1.
    let port: UInt16
    private let folder: ScratchFolder
    private let process: Mutex<ChildProcess>

    init(to host: String, port: UInt16 = 2375) throws {
        folder = try ScratchFolder()
        let (process, own) = try Self.start(["0", host, "\(port)"], folder)
        self.port = own
        self.process = Mutex(process)
    }

    /// Leads elsewhere from now on; the connections there are end.
    func lead(to host: String, port: UInt16 = 2375) throws {
        try process.withLock { process in
            try process.kill()
            process = try Self.start(["\(self.port)", host, "\(port)"], folder).process
        }
    }

    private static func start(
        _ arguments: [String], _ folder: ScratchFolder
    ) throws -> (process: ChildProcess, port: UInt16) {
        try Command.server(
            #"""
            import socket, sys, threading
            server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
            print("port", server.getsockname()[1])
            def carry(source, target):
                try:
                    while data := source.recv(65536):
                        target.sendall(data)
                except OSError:
                    pass
                for end in (source, target):
                    try: end.shutdown(socket.SHUT_RDWR)
                    except OSError: pass
            while True:
                client, _ = server.accept()
                engine = socket.create_connection((sys.argv[2], int(sys.argv[3])))
                threading.Thread(target=carry, args=(client, engine), daemon=True).start()
                threading.Thread(target=carry, args=(engine, client), daemon=True).start()
            """#, arguments, in: folder)
    }
}
