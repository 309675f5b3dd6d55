/// The admin API, described: an OpenAPI 3.1 document, which tests hold every answer against.
enum OpenAPIDocument {
    /// The whole document.
    static let text = """
        {"openapi": "3.1.0", "info": \(info), "security": [{}, {"token": []}],
        "paths": {\(paths)},
        "components": {
        "securitySchemes": \(security),
        "parameters": \(parameters),
        "responses": \(responses),
        "schemas": {\(schemas),
        \(explanationSchemas)}}}
        """

    private static let info = """
        {
         "title": "Portico's admin API", "version": "1",
         "description": "What an edge does, and what may be changed while it runs."
        }
        """

    private static let security = """
        {"token": {"type": "http", "scheme": "bearer"}}
        """

    /// Parameters that several paths have.
    private static let parameters = """
        {
         "Intent": {
          "name": "X-Requested-With", "in": "header",
          "description": "Any value: a change is meant. Not needed with a token.", "schema": {"type": "string"}
         },
         "Service": {"name": "service", "in": "path", "required": true, "schema": {"type": "string"}},
         "Address": {
          "name": "address", "in": "path", "required": true, "description": "10.0.0.5:80 or [2001:db8::5]:80.",
          "schema": {"type": "string"}
         }
        }
        """

    /// Answers that several paths have.
    private static let responses = """
        {
         "Malformed": {
          "description": "A parameter is unknown or malformed.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
         },
         "NoToken": {
          "description": "A token is needed.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
         },
         "Stranger": {
          "description": "Another web page asks, or a change lacks its field.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
         },
         "Misdirected": {
          "description": "Host is none of this machine's.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
         },
         "Unknown": {
          "description": "There is no such endpoint, request or generation.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
         },
         "Conflict": {
          "description": "It is the store that says so.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
         },
         "Late": {
          "description": "It has not been done in time, or too many listen.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
         },
         "Unwell": {"description": "Why not.", "content": {"text/plain": {"schema": {"type": "string"}}}}
        }
        """
}
