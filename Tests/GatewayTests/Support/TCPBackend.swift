import Foundation

@testable import Lab

/// A TCP server in this process that does with each connection as it is told: a thread a connection.
final class TCPBackend: Sendable {
    private let listener: Guarded<Listener?>
    private let open = Guarded<[Socket]>([])
    let port: UInt16

    /// Connections accepted so far.
    let accepted = Guarded(0)

    /// Serves each connection by `body`, and closes it at its end.
    init(_ body: @escaping @Sendable (Socket) throws -> Void) throws {
        let listener = try Listener(port: 0)
        self.listener = Guarded(listener)
        port = listener.port
        let (open, accepted) = (open, accepted)
        Thread.detachNewThread {
            while let socket = listener.accept() {
                open.change { $0.append(socket) }
                accepted.change { $0 += 1 }
                Thread.detachNewThread {
                    // A test that cares for what came of it sees it at the other end.
                    try? body(socket)
                    socket.close()
                }
            }
        }
    }

    deinit {
        stop()
    }

    /// `127.0.0.1:PORT`.
    var address: String { "127.0.0.1:\(port)" }

    /// Refuses connections from now on; those that are there stay.
    func refuse() {
        listener.change { listener in
            listener?.stop()
            listener = nil
        }
    }

    /// Refuses connections and cuts those that are there.
    func stop() {
        refuse()
        open.change { $0.forEach { $0.shutDown() } }
    }

    /// Sends back what comes, to its end.
    static let echo: @Sendable (Socket) throws -> Void = { socket in
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try socket.receive(over: &buffer, by: .after(.seconds(60)))
            if count == 0 { return }
            try socket.send(Array(buffer[..<count]), by: .after(.seconds(60)))
        }
    }

    /// Says its name, and waits for the client's end.
    static func name(_ name: String) -> @Sendable (Socket) throws -> Void {
        { socket in
            try socket.send(name)
            _ = socket.waitForEnd(by: .after(.seconds(60)))
        }
    }
}

extension Socket {
    /// Exactly `count` octets.
    func take(_ count: Int, by deadline: Deadline = .after(.seconds(30))) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            guard try receive(into: &all, limit: min(64 << 10, count - all.count), by: deadline) > 0 else {
                throw LabError("the stream has ended after \(all.count) of \(count) octets")
            }
        }
        return all
    }

    /// Whether the peer has ended in order, with nothing left to read; a reset throws.
    func hasEnded() throws -> Bool {
        var rest: [UInt8] = []
        return try receive(into: &rest, by: .after(.seconds(30))) == 0
    }

    /// Whether the peer resets the connection, with nothing before that.
    func isReset() -> Bool {
        var rest: [UInt8] = []
        do {
            _ = try receive(into: &rest, by: .after(.seconds(30)))
            return false
        } catch {
            return (error as? LabError)?.isReset == true
        }
    }
}
