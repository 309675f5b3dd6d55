/// The access log's destination and form.
public struct AccessLogConfiguration: Sendable, Equatable {
    /// How a line looks.
    public enum Format: Sendable, Equatable {
        /// nginx's and Apache's combined form, followed by what only Portico knows.
        case combined
        /// One JSON object a line.
        case json
        /// A line of the operator's own.
        case template(LogTemplate)
    }
    /// `stdout`, `stderr` or a file's path.
    public var path: String
    /// How lines look.
    public var format: Format
    /// The share of requests that are logged, 0 to 1; what fails, by the edge or with a status from 500, always is.
    public var sample: Double
    /// Milliseconds from which a request is logged whatever the sample; 0: none is.
    public var slow: UInt32 = 0
    /// Octets of the latest requests that are kept to be asked about, some 300 each; 0: none are.
    public var recentBytes = 4 << 20

    /// Lines of `format` at `path`.
    public init(path: String, format: Format = .combined, sample: Double = 1) {
        self.path = path
        self.format = format
        self.sample = sample
    }
}

extension AccessLogConfiguration.Format: CustomStringConvertible {
    /// `combined`, `json` or the line.
    public var description: String {
        switch self {
        case .combined: "combined"
        case .json: "json"
        case .template(let template): template.text
        }
    }
}
