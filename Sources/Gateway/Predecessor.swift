internal import Glibc
internal import Reactor
internal import Synchronization

/// The edge that runs, as the one that takes over from it sees it.
public final class Predecessor: Sendable {
    /// Its process's number.
    public let process: Int32
    /// The name of the store that it has open.
    public let store: String
    /// Where that is served in Consul's API until this process is ready; empty if it is not.
    public let api: String
    /// The sockets that it has handed over; it serves them too until it has heard ``ready(_:)``.
    public let sockets: GivenSockets

    private let channel: HandoverChannel

    private init(process: Int32, store: String, api: String, sockets: GivenSockets, channel: HandoverChannel) {
        self.process = process
        self.store = store
        self.api = api
        self.sockets = sockets
        self.channel = channel
    }

    /// Asks the edge that waits for successors at `path` for its sockets.
    ///
    /// Blocks for some milliseconds; ten seconds at most.
    ///
    /// - Parameter users: whose process it may be.
    public static func claim(path: String, users: Set<UInt32>) throws(HandoverError) -> Predecessor {
        let packets: PacketChannel
        do {
            packets = try PacketChannel.connect(to: path)
        } catch {
            throw HandoverError(
                description: "no edge hands over at \(path): \(error.reason): --state-dir says where the one that runs "
                    + "keeps its state; without one that runs, leave --takeover out")
        }
        guard let peer = packets.peer, users.contains(peer.user) else {
            throw HandoverError(
                description:
                    "the edge at \(path) is another user's (\(packets.peer.map { "\($0.user)" } ?? "?")): start "
                    + "the successor as that user")
        }
        let channel = HandoverChannel(packets: packets, other: "the edge that runs (process \(peer.process))")
        try channel.send(.hello(process: getpid()))
        var entries: [GivenSockets.Entry] = []
        do throws(HandoverError) {
            while true {
                let (message, descriptors) = try channel.receive(milliseconds: Limits.handoverStepMilliseconds)
                switch message {
                case .sockets(let address, let isKept):
                    if let known = entries.firstIndex(where: { $0.address == address }) {
                        entries[known].group.descriptors += descriptors
                    } else {
                        entries.append(
                            GivenSockets.Entry(
                                address: address, group: .init(descriptors: descriptors, isKept: isKept)))
                    }
                case .whole(let store, let api):
                    return Predecessor(
                        process: peer.process, store: store, api: api, sockets: GivenSockets(entries), channel: channel)
                default:
                    throw HandoverError(description: "\(channel.other) says what is not its turn to say")
                }
            }
        } catch {
            for entry in entries { entry.group.descriptors.forEach(Socket.close) }
            throw error
        }
    }

    /// Tells it that this process accepts connections and has a table, and waits until it has stopped to accept and let
    /// go of what only one can have.
    ///
    /// Throws when it has given up waiting meanwhile and goes on. One that has died is no error: then this is the edge.
    public func ready(_ configuration: GatewayConfiguration) async throws(HandoverError) {
        let taken = configuration.listeners.map(\.address)
        let outcome: Result<Void, HandoverError> = await withCheckedContinuation { continuation in
            let isStarted = ThreadBody.spawn("takeover") { [channel] in
                continuation.resume(
                    returning: Result { () throws(HandoverError) in try Self.hear(channel, taken) })
            }
            if !isStarted {
                continuation.resume(
                    returning: .failure(HandoverError(description: "no thread can be made to wait for it")))
            }
        }
        try outcome.get()
    }

    private static func hear(_ channel: HandoverChannel, _ taken: [ListenAddress]) throws(HandoverError) {
        // A word that does not reach it means that it is gone, and so does an end instead of an answer.
        guard (try? channel.send(.ready(taken: taken))) != nil else { return }
        let packet: PacketChannel.Packet?
        do {
            packet = try channel.packets.receive(milliseconds: Limits.handoverReleaseMilliseconds)
        } catch {
            return
        }
        guard let packet, case .refused(let reason)? = try? HandoverMessage(decoding: packet.octets) else { return }
        throw HandoverError(description: reason)
    }

    /// Tells it why this process does not take over after all.
    public func refuse(_ reason: String) {
        // One that is gone has nothing to be told.
        try? channel.send(.refused(reason: reason))
    }
}
