/// One template, where it goes and what follows.
public struct TemplateSettings: Sendable, Equatable {
    /// Where a template's text is.
    public enum Source: Sendable, Equatable {
        /// In a file.
        case file(String)
        /// In the configuration.
        case contents(String)
    }

    /// Where it is configured.
    public var place: SourcePlace
    /// Its text.
    public var source: Source
    /// The file that it makes; nil is allowed when nothing is written.
    public var destination: String?
    /// Whether the destination's directories are made, with mode 0755.
    public var createsDirectories = true
    /// What is run when the file was written; nil for nothing.
    public var command: ExecSettings?
    /// The file's mode; nil to keep the old file's, or 0644 of a new one.
    public var permissions: UInt32?
    /// The file's user; nil to keep it.
    public var user: FileOwner?
    /// The file's group; nil to keep it.
    public var group: FileOwner?
    /// Whether the old file is kept as `.bak`.
    public var keepsBackup = false
    /// Whether a key that a map does not have is an error.
    public var failsOnMissingKey = false
    /// Whether an error of the template ends the process.
    public var isErrorFatal = true
    /// What stands around its actions.
    public var delimiters = Delimiters()
    /// Functions that may not be called.
    public var deniedFunctions: [GlobPattern] = []
    /// The folder that `file` may read in; nil for any.
    public var sandbox: String?
    /// How long changes are gathered; nil for not at all.
    public var wait: WaitWindow?
    /// What a new text must pass; nil for nothing.
    public var check: CheckSettings?
    /// Whether the old file is overwritten instead of replaced: for files that are mounted into a container one by one.
    ///
    /// A crash in the middle leaves half a file, so this is for where a rename does not do.
    public var writesInPlace = false
    /// How many good versions are kept to go back to.
    public var keptVersions = 3
    /// What an error of its check, write, command or reload does.
    public var onError = ErrorConduct.keep
    /// How its command is held back.
    public var reload = ReloadSettings()
    /// The HAProxy that reads its file, nil for none.
    public var haproxy: HAProxySettings?
    /// What of the store's answers is not believed at once.
    public var answerGuard = AnswerGuard()

    /// A template with the defaults.
    public init(_ source: Source, destination: String? = nil, at place: SourcePlace = SourcePlace(source: "")) {
        self.source = source
        self.destination = destination
        self.place = place
    }

    /// `"source" => "destination"`, for logs.
    public var name: String {
        let text =
            switch source {
            case .file(let path): path
            case .contents: "(dynamic)"
            }
        return "\"\(text)\" => \"\(destination ?? "")\""
    }
}
