import ArgumentParser
import Glibc
import KeyValue
import Top

/// `portico explain`: why a request goes where it goes, asked of a running edge.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Tell why a request goes where it goes, as a running edge sees it.",
        discussion: """
            The first line is the answer; then the routes in the order in which they are tried, each with the reason why it \
            was not taken, what the endpoint gets, the endpoints and their parts of the next requests, and the limits; each \
            with the file and line, or the store's key and revision, that it comes from.

              portico explain https://shop.example.com/cart
              portico explain --method POST --header 'X-User: 17' --client 192.0.2.7 http://shop.example.com/
              portico explain --at 41 http://shop.example.com/      as the table of that generation had it
              portico explain --id 5f0c...                          a request already made, by its X-Request-Id
              portico explain --diff 41..42                         what changed between two generations, and by which keys

            Exit status: 0 done, 1 failed (no answer from the edge, a request that is not kept), 2 usage.
            """)

    @OptionGroup var options: AdminOptions
    @Option(help: "The request's method.") var method = "GET"
    @Option(help: "A field of the request, 'Name: value'; as often as wanted.") var header: [String] = []
    @Option(help: "The address that connects to the edge.") var client: String?
    @Option(help: "The listener; the one that the URL leads to if nothing is said.") var listener: String?
    @Option(help: "The name in the client's TLS handshake, '' for none; the URL's host if nothing is said.")
    var sni: String?
    @Option(help: "A former table's generation.") var at: UInt64?
    @Option(help: "The X-Request-Id of a request already made.") var id: String?
    @Option(help: "Two generations, FROM..TO, whose tables are compared.") var diff: String?
    @Flag(help: "JSON rather than text.") var json = false
    @Argument(help: "https://shop.example.com/cart; without a scheme it is http's.") var url: String?

    /// What is asked for.
    func validate() throws {
        guard [url, id, diff].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("give one of a URL, --id and --diff")
        }
        if let diff, Self.range(diff) == nil {
            throw ValidationError("--diff is \"\(diff)\": it is two generations, such as 41..42")
        }
    }

    private static func range(_ text: String) -> (from: UInt64, to: UInt64)? {
        guard let dots = text.firstRange(of: ".."), let from = UInt64(text[..<dots.lowerBound]),
            let to = UInt64(text[dots.upperBound...])
        else { return nil }
        return (from, to)
    }

    /// Path and query of what is asked.
    private var target: String {
        var parameters: [(String, String)] = []
        var path = "/api/v1/explain"
        if let diff, let range = Self.range(diff) {
            path = "/api/v1/generations"
            parameters = [("from", "\(range.from)"), ("to", "\(range.to)")]
        } else if let id {
            parameters = [("id", id)]
        } else {
            parameters = [("url", url ?? ""), ("method", method)] + header.map { ("header", $0) }
            if let client { parameters.append(("client", client)) }
            if let listener { parameters.append(("listener", listener)) }
            if let sni { parameters.append(("sni", sni)) }
            if let at { parameters.append(("at", "\(at)")) }
        }
        parameters.append(("format", json ? "json" : "text"))
        return path + "?" + parameters.map { "\($0)=\(PercentCoding.encodeQuery($1))" }.joined(separator: "&")
    }

    func run() async throws {
        let client = try options.client()
        do throws(AdminFailure) {
            let answer = try await client.get(target)
            guard answer.status == 200 else { throw client.refusal(answer) }
            await client.shutdown()
            KVCommand.write(answer.body, to: STDOUT_FILENO)
        } catch {
            await client.shutdown()
            KVCommand.tell(error.description)
            throw ExitCode(1)
        }
    }
}
