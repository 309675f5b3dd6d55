/// Gathers what is wrong with a configuration, and what is merely odd, while it is read.
///
/// Used by one task at a time.
final class ConfigurationReader {
    /// What is wrong, each once.
    private(set) var errors: [ConfigurationError] = []
    /// What is odd, each once.
    private(set) var notices: [ConfigurationError] = []

    /// Notes an error.
    func report(_ place: SourcePlace, _ message: String) {
        guard errors.count < ConfigurationLimits.errors else { return }
        let error = ConfigurationError(place, message)
        // What is said once for all templates is read once for each, under another name.
        let isKnown = errors.contains { $0.place == place && (place.line > 0 || $0.message == message) }
        if !isKnown { errors.append(error) }
    }

    /// Notes something odd.
    func note(_ place: SourcePlace, _ message: String) {
        guard notices.count < ConfigurationLimits.errors else { return }
        let notice = ConfigurationError(place, message)
        if !notices.contains(notice) { notices.append(notice) }
    }
}
