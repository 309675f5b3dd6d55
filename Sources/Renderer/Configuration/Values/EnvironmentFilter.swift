/// What of our environment a command gets.
public struct EnvironmentFilter: Sendable, Equatable {
    /// Whether it begins empty, and has ``custom`` alone.
    public var isPristine = false
    /// Variables that are always there, over others of their name.
    public var custom: [Variable] = []
    /// If there are any, only variables that match one of them pass.
    public var allowed: [GlobPattern] = []
    /// Variables that match one of them do not pass, allowed or not.
    public var denied: [GlobPattern] = []

    /// A variable and its value.
    public struct Variable: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String

        /// A variable.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A filter that lets everything pass.
    public init() {}

    /// What is left of `environment`.
    public func apply(to environment: [String: String]) -> [String: String] {
        var left: [String: String] = [:]
        if !isPristine {
            left = environment.filter { name, _ in
                let isAllowed = allowed.isEmpty || allowed.contains { $0.matches(name) }
                return isAllowed && !denied.contains { $0.matches(name) }
            }
        }
        for variable in custom { left[variable.name] = variable.value }
        return left
    }
}
