internal import Glibc
internal import Reactor

/// Why a takeover came to nothing.
public struct HandoverError: Error, Sendable, CustomStringConvertible {
    /// What, and what would be right.
    public let description: String

    /// For `reason` a takeover came to nothing.
    public init(description reason: String) {
        description = reason
    }
}

/// The conversation of a takeover over a ``PacketChannel``.
struct HandoverChannel: Sendable {
    let packets: PacketChannel
    /// Who is at the other end, for errors: `the edge that runs`.
    let other: String

    func send(_ message: HandoverMessage, descriptors: [Int32] = []) throws(HandoverError) {
        do {
            try packets.send(message.encoded, descriptors: descriptors)
        } catch {
            throw HandoverError(description: "\(other) cannot be told: \(error.call): \(error.reason)")
        }
    }

    /// What the other says next, with the descriptors that came with it; its refusal is an error, and so is its end.
    func receive(milliseconds: Int32) throws(HandoverError) -> (message: HandoverMessage, descriptors: [Int32]) {
        let packet: PacketChannel.Packet?
        do {
            packet = try packets.receive(milliseconds: milliseconds)
        } catch {
            let reason =
                error.code == ETIMEDOUT
                ? "it has said nothing for \(milliseconds / 1_000) s" : "\(error.call): \(error.reason)"
            throw HandoverError(description: "\(other): \(reason)")
        }
        guard let packet else { throw HandoverError(description: "\(other) has ended before it was done") }
        do {
            let message = try HandoverMessage(decoding: packet.octets)
            if case .refused(let reason) = message {
                packet.descriptors.forEach(Socket.close)
                throw HandoverError(description: reason)
            }
            return (message, packet.descriptors)
        } catch let error as HandoverMessage.Malformed {
            packet.descriptors.forEach(Socket.close)
            throw HandoverError(description: "\(other): \(error.description)")
        } catch let error as HandoverError {
            throw error
        } catch {
            throw HandoverError(description: "\(other): \(error)")
        }
    }
}
