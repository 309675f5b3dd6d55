/// The head of an answer of the manager's own, as it is sent.
enum AnswerHead {
    /// What ends the answer's body.
    enum Ending: Sendable, Equatable {
        /// There is no body, and none could be.
        case none
        /// So many octets.
        case length(Int)
        /// The last chunk.
        case chunked
        /// The end of the connection: for clients of HTTP/1.0.
        case close
    }

    /// The head up to and with the empty line.
    ///
    /// - Parameters:
    ///   - common: what all answers have, lines with their ends.
    ///   - keepsAlive: whether another request may follow; nil where a client of HTTP/1.1 is told by nothing.
    static func text(
        status: Int, mediaType: String?, fields: [AnswerField], ending: Ending, common: String, keepsAlive: Bool,
        isOld: Bool
    ) -> String {
        var text = "HTTP/\(isOld ? "1.0" : "1.1") \(status) \(reason(status))\r\n\(common)"
        if let mediaType { text += "Content-Type: \(mediaType)\r\n" }
        for field in fields { text += "\(field.name): \(field.value)\r\n" }
        switch ending {
        case .none, .close: break
        case .length(let count): text += "Content-Length: \(count)\r\n"
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        }
        if !keepsAlive { text += "Connection: close\r\n" } else if isOld { text += "Connection: keep-alive\r\n" }
        return text + "\r\n"
    }

    /// Statuses without a body (RFC 9110 section 6.4.1).
    static func hasNoBody(_ status: Int) -> Bool { status < 200 || status == 204 || status == 304 }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: status < 400 ? "OK" : "Error"
        }
    }
}
