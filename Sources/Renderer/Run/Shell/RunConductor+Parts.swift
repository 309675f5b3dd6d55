internal import KeyValue
internal import Logging

/// What a run is made of, as its configuration says.
extension RunConductor {
    static func environment(
        _ configuration: RenderConfiguration, _ surroundings: RenderRun.Surroundings
    ) -> [String: String] {
        surroundings.environment.merging(configuration.commandEnvironment) { $1 }
    }

    static func load(_ configuration: RenderConfiguration) throws(RunFailure) -> [LoadedTemplate] {
        var templates: [LoadedTemplate] = []
        for settings in configuration.templates {
            do throws(FileFailure) {
                templates.append(try LoadedTemplate(settings))
            } catch {
                throw RunFailure(.runFailed, error.description)
            }
        }
        return templates
    }

    static func sources(
        _ configuration: RenderConfiguration, _ environment: [String: String], _ surroundings: RenderRun.Surroundings
    ) throws(RunFailure) -> SourceSet {
        do throws(KeyValueError) {
            return try SourceSet(configuration, environment: environment, logger: surroundings.logger)
        } catch {
            throw RunFailure(.badConfiguration, error.description)
        }
    }

    static func files(
        _ templates: [LoadedTemplate], _ configuration: RenderConfiguration, _ mode: RenderLoop.Mode,
        _ environment: [String: String], _ surroundings: RenderRun.Surroundings
    ) -> [OutputFile] {
        let logger = surroundings.logger
        let shared = OutputFile.Surroundings(
            stateFolder: StateFolder.path(configuration.stateDirectory, environment: surroundings.environment),
            environment: environment, isDry: mode.isDry, print: surroundings.print,
            warn: { logger.warning("\($0)") })
        return templates.map { OutputFile($0.settings, shared) }
    }

    static func jobs(
        _ environment: [String: String], _ start: ContinuousClock.Instant, _ surroundings: RenderRun.Surroundings
    ) -> JobRunner {
        let logger = surroundings.logger
        return JobRunner(
            environment: environment, now: { ContinuousClock.now - start },
            log: { logger.log(level: $0.loggerLevel, "\($1)") })
    }
}
