/// What a configuration may not exceed.
///
/// It is read with the rights of a service that writes files and runs commands, but
/// directories of it are filled by machines, so that a slip must end in an error.
enum ConfigurationLimits {
    /// Octets of one file.
    ///
    /// Templates may stand in it as `contents`; a rendered configuration of 10,000 servers has 1 MB.
    static let fileOctets = 4 << 20
    /// Objects and lists inside one another.
    ///
    /// consul-template's keys need 4: template, exec, env, custom.
    static let depth = 32
    /// Values of one file, aliases of YAML counted as often as they are used.
    static let values = 200_000
    /// Errors that are told of one configuration: more help nobody.
    static let errors = 100
    /// Files below the configuration paths together.
    static let files = 4_096
    /// Directories inside one another; symbolic links are not followed, so only a real tree gets there.
    static let directoryDepth = 32
}
