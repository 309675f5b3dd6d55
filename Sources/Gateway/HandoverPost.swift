internal import Glibc
internal import Reactor
internal import Synchronization

/// Where a successor finds the edge that runs and gets its sockets: a Unix socket that is this user's alone.
///
/// One successor at a time; until it is ready nothing changes here, whatever becomes of it.
public final class HandoverPost: Sendable {
    /// What happens there.
    public enum Event: Sendable {
        /// A successor serves: this process is to stop accepting and then to call ``Handover/release()``.
        case ready(Handover)
        /// A successor was given the sockets and has come to nothing; this process goes on.
        case failed(String)
    }

    /// A takeover whose successor is ready.
    public struct Handover: Sendable {
        /// The successor's process.
        public let process: Int32
        /// What it listens at.
        public let taken: Set<ListenAddress>
        private let channel: HandoverChannel

        init(process: Int32, taken: Set<ListenAddress>, channel: HandoverChannel) {
            self.process = process
            self.taken = taken
            self.channel = channel
        }

        /// Tells the successor that it is alone from now on.
        public func release() {
            // One that has died meanwhile cannot be helped.
            try? channel.send(.released)
        }
    }

    private let listener: PacketListener
    private let gateway: Gateway
    private let store: String
    private let api: String
    private let prepare: @Sendable () -> Void

    /// Waits at `path` for successors of `gateway`, in place of a post that nobody is at any more.
    ///
    /// - Parameters:
    ///   - store: the name of the store that is open here.
    ///   - api: where it is served in Consul's API; empty if it is not.
    ///   - prepare: called, on the post's thread, before a successor is told that it has all: what it is to read from disk
    ///     must be there by then.
    public init(
        path: String, gateway: Gateway, store: String, api: String, prepare: @escaping @Sendable () -> Void = {}
    ) throws(HandoverError) {
        // Who still answers there is another edge with the same state directory.
        guard (try? PacketChannel.connect(to: path)) == nil else {
            throw HandoverError(
                description: "another edge hands over at \(path): give each its own --state-dir")
        }
        do {
            listener = try PacketListener(path: path)
        } catch {
            throw HandoverError(description: "\(path): \(error.call): \(error.reason)")
        }
        self.gateway = gateway
        self.store = store
        self.api = api
        self.prepare = prepare
    }

    /// Begins to wait, on a thread of its own, on which `tell` is called.
    public func start(_ tell: @escaping @Sendable (Event) -> Void) throws(HandoverError) {
        guard ThreadBody.spawn("takeover", { [self] in run(tell) }) else {
            throw HandoverError(description: "no thread can be made to wait for successors")
        }
    }

    /// Waits no more.
    public func stop() {
        listener.stop()
    }

    private func run(_ tell: @Sendable (Event) -> Void) {
        while let packets = listener.accept() {
            let channel = HandoverChannel(packets: packets, other: "the successor")
            do {
                guard let handover = try serve(channel) else { continue }
                listener.stop()
                tell(.ready(handover))
                return
            } catch {
                try? channel.send(.refused(reason: "the edge that runs has given up: \(error)"))
                tell(.failed(error.description))
            }
        }
    }

    /// One successor, up to its being ready; nil for who is none.
    private func serve(_ channel: HandoverChannel) throws(HandoverError) -> Handover? {
        guard let peer = channel.packets.peer else { return nil }
        guard peer.user == geteuid() || peer.user == 0 else {
            throw HandoverError(description: "user \(peer.user) may not take over from user \(geteuid())")
        }
        guard case .hello(let process)? = try Self.first(channel) else { return nil }
        let isOpen = try gateway.withSockets { offer throws(HandoverError) in
            for (address, group) in offer {
                var rest = group.descriptors[...]
                while !rest.isEmpty {
                    let some = Array(rest.prefix(PacketChannel.descriptorsMaximum))
                    rest = rest.dropFirst(some.count)
                    try channel.send(.sockets(address: address, isKept: group.isKept), descriptors: some)
                }
            }
            prepare()
            try channel.send(.whole(store: store, api: api))
        }
        guard isOpen else { throw HandoverError(description: "this edge is about to end") }
        let (message, descriptors) = try channel.receive(milliseconds: Limits.successorMilliseconds)
        descriptors.forEach(Socket.close)
        guard case .ready(let taken) = message else {
            throw HandoverError(description: "the successor says what is not its turn to say")
        }
        return Handover(process: process, taken: Set(taken), channel: channel)
    }

    /// The first word; nil when there is none: somebody has looked whether there is a post.
    private static func first(_ channel: HandoverChannel) throws(HandoverError) -> HandoverMessage? {
        do {
            guard let packet = try channel.packets.receive(milliseconds: Limits.handoverStepMilliseconds) else {
                return nil
            }
            packet.descriptors.forEach(Socket.close)
            return try HandoverMessage(decoding: packet.octets)
        } catch let error as HandoverMessage.Malformed {
            throw HandoverError(description: "the successor: \(error.description)")
        } catch {
            return nil
        }
    }
}
