public import Gateway
public import Routing

/// Who puts a compiled table in force: the gateway, or a test that wants to see it.
public protocol TableInstaller: Sendable {
    /// Puts `table` in force.
    func install(_ table: RoutingTable)
}

extension Gateway: TableInstaller {}
