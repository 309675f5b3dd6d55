/// Which instances of a service are wanted, by the worst of their checks.
public enum HealthFilter: String, Sendable, Hashable, CaseIterable {
    /// All of them.
    case any
    /// Those whose checks all pass.
    case passing
    /// Those that have a warning.
    case warning
    /// Those that have a failed check.
    case critical
    /// Those under maintenance.
    case maintenance
}
