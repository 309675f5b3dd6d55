/// Where a chain of tables takes its small integers from.
final class Registries: Sendable {
    /// Slots of endpoints.
    let endpoints = SlotRegistry()
    /// Slots of routes' and services' counters.
    let statistics = SlotRegistry()
    /// Numbers of protocols with their TLS policies.
    let dialects = DialectCounter()
}
