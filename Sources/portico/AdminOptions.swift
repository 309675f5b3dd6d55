import ArgumentParser
import KeyValue
import Top

/// Which edge is asked, by the commands that ask a running one.
struct AdminOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the edge's admin API is: HOST:PORT, http://HOST:PORT or unix:PATH.",
            discussion: "Default: PORTICO_ADMIN, else \(AdminAddress.standard)."))
    var admin: String?
    @Option(help: "A file with the admin API's token. Default: PORTICO_ADMIN_TOKEN.")
    var tokenFile: String?

    func validate() throws {
        do throws(AdminAddress.Malformed) {
            _ = try address
        } catch {
            throw ValidationError(error.description)
        }
    }

    private var address: AdminAddress {
        get throws(AdminAddress.Malformed) { try AdminAddress(flag: admin, environment: KVCommand.environment) }
    }

    /// A client of it; a token file that cannot be read ends the command.
    func client() throws -> AdminClient {
        var token = KVCommand.environment["PORTICO_ADMIN_TOKEN"]
        if let tokenFile {
            let text = String(decoding: try KVCommand.content(of: tokenFile, for: "token file"), as: UTF8.self)
            token = String(text.split(whereSeparator: \.isWhitespace).first ?? "")
        }
        return AdminClient(try address, token: token)
    }
}
