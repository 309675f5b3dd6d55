internal import Glibc
public import Logging

/// A run of `portico render`: carries out what ``RenderLoop`` decides.
///
/// One task looks at what has happened, asks the loop, and acts; watches, writes and jobs are tasks of their own that report
/// back through the inbox.
public struct RenderRun: Sendable {
    /// What a run needs from the program around it.
    public struct Surroundings: Sendable {
        /// The process's environment.
        public var environment: [String: String]
        /// Where lines of the log go.
        public var logger: Logger
        /// Prints to standard output (`-dry`).
        public var print: @Sendable ([UInt8]) -> Void
        /// Signals as they come.
        public var signals: AsyncStream<ProcessSignal>
        /// Reads the configuration anew; throws what is wrong with it.
        public var reread: @Sendable () throws -> RenderConfiguration

        /// Is told how far the run has come.
        public var tell: @Sendable (Stage) -> Void

        /// What a run needs.
        public init(
            environment: [String: String], logger: Logger, print: @escaping @Sendable ([UInt8]) -> Void,
            signals: AsyncStream<ProcessSignal>, reread: @escaping @Sendable () throws -> RenderConfiguration,
            tell: @escaping @Sendable (Stage) -> Void = { _ in }
        ) {
            self.environment = environment
            self.logger = logger
            self.print = print
            self.signals = signals
            self.reread = reread
            self.tell = tell
        }
    }

    /// How far a run has come: what systemd is told.
    public enum Stage: Sendable, Equatable {
        /// Every file has been as it should be; the text is for people, and comes anew when it changes.
        case ready(String)
        /// The configuration is being read anew.
        case reloading
        /// The run ends.
        case stopping
    }

    private let configuration: RenderConfiguration
    private let mode: RenderLoop.Mode
    private let surroundings: Surroundings

    /// A run of `configuration`.
    ///
    /// - Parameters:
    ///   - isOnce: it ends when everything was done once.
    ///   - isDry: it prints what it would write, and runs nothing.
    public init(_ configuration: RenderConfiguration, isOnce: Bool, isDry: Bool, surroundings: Surroundings) {
        self.configuration = configuration
        mode = RenderLoop.Mode(isOnce: isOnce, isDry: isDry)
        self.surroundings = surroundings
    }

    /// Runs until it has ended, and tells how.
    public func run() async -> RenderExit {
        // A reader of ours that has gone is an error of the write, not an end of the process.
        signal(SIGPIPE, SIG_IGN)
        let conductor: RunConductor
        do {
            conductor = try RunConductor(configuration, mode, surroundings)
        } catch {
            surroundings.logger.error("\(error)")
            return error.exit
        }
        let pidFile = configuration.pidFile.map { DiskFile($0) }
        do throws(FileFailure) {
            try pidFile?.makeFolder()
            try pidFile?.create(Array("\(getpid())\n".utf8), mode: 0o644)
        } catch {
            surroundings.logger.error("pid_file: \(error)")
            return .failed
        }
        defer { pidFile?.remove() }
        return await conductor.run()
    }

    /// Reads all templates; throws what is wrong with the first that is.
    public static func check(_ configuration: RenderConfiguration) throws(RunFailure) {
        for settings in configuration.templates {
            do throws(FileFailure) {
                _ = try LoadedTemplate(settings)
            } catch {
                throw RunFailure(.runFailed, error.description)
            }
        }
    }
}

/// Why a run could not begin.
public struct RunFailure: Error, Sendable, CustomStringConvertible {
    /// How the program ends.
    public let exit: RenderExit
    /// What is wrong, and where.
    public let description: String

    init(_ exit: RenderExit, _ description: String) {
        self.exit = exit
        self.description = description
    }
}
