internal import KeyValue

/// Where a running edge is looked at and changed, and by whom.
public struct AdminConfiguration: Sendable, Equatable {
    /// Where it is served; nil: nowhere.
    public var address: String? = addressDefault
    /// Somebody has chosen the address: it is an error if it cannot be had.
    public var isChosen = false
    /// What requests have to show; nil: nothing, which goes for this machine's programs alone.
    public var token: [UInt8]?

    /// Where it is served if nothing is said.
    public static let addressDefault = "127.0.0.1:9090"
    /// Octets of a token: what can be guessed is none.
    static let leastToken = 16

    /// At the default address, without a token.
    public init() {}

    /// Takes up an address as a flag or the file gives it: `off`, or where to listen; says what is wrong with it.
    mutating func choose(_ text: String) -> String? {
        isChosen = true
        address = text == "off" ? nil : text
        guard address != nil else { return nil }
        do {
            _ = try ServicePlace(text)
            return nil
        } catch {
            return "\"\(text)\": an address is 127.0.0.1:9090, [::1]:9090, :9090 or unix:/run/x.sock; off turns it off"
        }
    }

    /// What is wrong with it as a whole.
    var fault: String? {
        guard let address, let place = try? ServicePlace(address), place.isRemote, token == nil else { return nil }
        return "\(address) is reached from other machines, so a token is needed: set admin.token_file (or "
            + "PORTICO_ADMIN_TOKEN), or listen at 127.0.0.1"
    }
}
