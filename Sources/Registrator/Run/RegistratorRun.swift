public import Logging

/// A run of `portico registrator`: follows an engine, and makes what runs there known to registries.
public struct RegistratorRun: Sendable {
    /// What a run needs from the program around it.
    public struct Surroundings: Sendable {
        /// Where lines of the log go.
        public var logger: Logger
        /// Ends the run in order, once; what comes after it cuts that short.
        public var stops: AsyncStream<Void>
        /// Is told how it goes: what systemd shows.
        public var tell: @Sendable (Stage) -> Void

        /// What a run needs.
        public init(logger: Logger, stops: AsyncStream<Void>, tell: @escaping @Sendable (Stage) -> Void = { _ in }) {
            self.logger = logger
            self.stops = stops
            self.tell = tell
        }
    }

    /// How far a run has come.
    public enum Stage: Sendable, Equatable {
        /// It does its work; the text is for people, and comes anew when it changes.
        case ready(String)
        /// It ends.
        case stopping
    }

    /// How a run ended.
    public enum Ending: Sendable, Equatable {
        /// In order.
        case done
        /// A registry has never answered, or its entries could not be taken away.
        case failed
    }

    private let settings: RegistratorSettings
    private let reader: ServiceReader
    private let engine: any ContainerEngine
    private let registries: [any Registry]
    private let surroundings: Surroundings

    /// A run that makes the containers of `engine` known to `registries`, as `reader` reads them.
    public init(
        settings: RegistratorSettings, reader: ServiceReader, engine: any ContainerEngine, registries: [any Registry],
        surroundings: Surroundings
    ) {
        self.settings = settings
        self.reader = reader
        self.engine = engine
        self.registries = registries
        self.surroundings = surroundings
    }

    /// Runs until it is stopped, or until a registry is given up.
    public func run() async -> Ending {
        let conductor = RegistratorConductor(
            settings: settings, reader: reader, engine: engine, registries: registries, surroundings: surroundings)
        return await conductor.run()
    }
}
