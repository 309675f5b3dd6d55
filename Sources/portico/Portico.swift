import ArgumentParser
@main struct Portico: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "portico")
}
