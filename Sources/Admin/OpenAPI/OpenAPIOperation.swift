/// What can be done at a path, for the document.
struct OpenAPIOperation {
    /// The method as the document has it, `get`.
    var method = "get"
    /// One sentence.
    let summary: String
    /// What may be given, in this order.
    var parameters: [Parameter] = []
    /// What the answer says.
    var description = "As it is now."
    /// What the answer is.
    let answer: Answer
    /// Refusals besides those that every request may meet: statuses, and names of shared answers.
    var refusals: [(status: Int, name: String)] = []

    /// Something that a request may carry.
    enum Parameter {
        /// In the query; any text, unless its schema says otherwise.
        case query(String, String, schema: String = #"{"type": "string"}"#, isRequired: Bool = false)
        /// One that several operations have, by its name.
        case shared(String)

        /// A number of the query.
        static func number(
            _ name: String, _ description: String, atMost: UInt64 = AdminQuery.numberMaximum
        ) -> Parameter {
            .query(name, description, schema: "{\"type\": \"integer\", \"minimum\": 0, \"maximum\": \(atMost)}")
        }

        /// How the answer is to be written.
        static let format = Parameter.query(
            "format", "json, or text for people.", schema: #"{"type": "string", "enum": ["json", "text"]}"#)

        fileprivate var text: String {
            switch self {
            case .shared(let name): "{\"$ref\": \"#/components/parameters/\(name)\"}"
            case .query(let name, let description, let schema, let isRequired):
                "{\"name\": \"\(name)\", \"in\": \"query\", \"description\": \"\(description)\", \"schema\": \(schema)"
                    + (isRequired ? ", \"required\": true}" : "}")
            }
        }
    }

    /// What an answer is.
    enum Answer {
        /// Text of a media type.
        case text(String)
        /// JSON of a schema, by its name.
        case schema(String)
        /// JSON: an object whose one member, of this name, is a list of what the schema says.
        case list(String, of: String)
        /// JSON of a schema as it stands.
        case json(String)
        /// JSON of a schema as it stands, or text for people where that is asked for.
        case jsonOrText(String)

        fileprivate var content: String {
            switch self {
            case .text(let mediaType): "{\"\(mediaType)\": {\"schema\": {\"type\": \"string\"}}}"
            case .schema(let name): Self.json("{\"$ref\": \"#/components/schemas/\(name)\"}").content
            case .list(let name, let schema): Self.object([(name, Self.array(of: schema))]).content
            case .json(let schema): "{\"application/json\": {\"schema\": \(schema)}}"
            case .jsonOrText(let schema):
                "{\"application/json\": {\"schema\": \(schema)}, \"text/plain\": {\"schema\": {\"type\": \"string\"}}}"
            }
        }

        /// JSON of one of two schemas, by their names, or text for people: what is asked for decides which.
        static func either(_ one: String, _ other: String) -> Answer {
            let schemas = [one, other].map { "{\"$ref\": \"#/components/schemas/\($0)\"}" }.joined(separator: ", ")
            return .jsonOrText("{\"anyOf\": [\(schemas)]}")
        }

        /// JSON: an object of these members and no others.
        static func object(_ members: [(name: String, schema: String)]) -> Answer {
            .json(objectSchema(members))
        }

        /// The schema of an object of these members and no others.
        static func objectSchema(_ members: [(name: String, schema: String)]) -> String {
            let properties = members.map { "\"\($0.name)\": \($0.schema)" }.joined(separator: ", ")
            let names = members.map { "\"\($0.name)\"" }.joined(separator: ", ")
            return "{\"type\": \"object\", \"properties\": {\(properties)}, \"required\": [\(names)], "
                + "\"additionalProperties\": false}"
        }

        /// The schema of a list of what another schema says.
        static func array(of schema: String) -> String {
            "{\"type\": \"array\", \"items\": {\"$ref\": \"#/components/schemas/\(schema)\"}}"
        }
    }

    /// What every request may meet.
    private static let common = [
        (status: 400, name: "Malformed"), (401, "NoToken"), (403, "Stranger"), (421, "Misdirected"),
    ]

    /// The operation as a member of its path.
    var text: String {
        let given =
            parameters.isEmpty
            ? "" : " \"parameters\": [\(parameters.map(\.text).joined(separator: ", "))],"
        let refused = (Self.common + refusals).map { refusal in
            "\"\(refusal.status)\": {\"$ref\": \"#/components/responses/\(refusal.name)\"}"
        }.joined(separator: ", ")
        return "\"\(method)\": {\"summary\": \"\(summary)\",\(given) \"responses\": "
            + "{\"200\": {\"description\": \"\(description)\", \"content\": \(answer.content)}, \(refused)}}"
    }
}
