extension OpenAPIDocument {
    /// What can be changed of endpoints: members of the paths.
    static let changes = """
         "/api/v1/endpoints/{service}/{address}/drain": {
          "put": {
           "summary": "Nobody new; who is there goes on.",
           "parameters": [
            {"$ref": "#/components/parameters/Service"}, {"$ref": "#/components/parameters/Address"},
            {"$ref": "#/components/parameters/Intent"}
           ],
           "responses": {
            "200": {
             "description": "What stands now.",
             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"},
            "404": {"$ref": "#/components/responses/Unknown"}, "409": {"$ref": "#/components/responses/Conflict"},
            "503": {"$ref": "#/components/responses/Late"}
           }
          }
         },
         "/api/v1/endpoints/{service}/{address}/disable": {
          "put": {
           "summary": "As if its key were gone.",
           "parameters": [
            {"$ref": "#/components/parameters/Service"}, {"$ref": "#/components/parameters/Address"},
            {"$ref": "#/components/parameters/Intent"}
           ],
           "responses": {
            "200": {
             "description": "What stands now.",
             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"},
            "404": {"$ref": "#/components/responses/Unknown"}, "409": {"$ref": "#/components/responses/Conflict"},
            "503": {"$ref": "#/components/responses/Late"}
           }
          }
         },
         "/api/v1/endpoints/{service}/{address}/enable": {
          "put": {
           "summary": "Take drain or disable back.",
           "parameters": [
            {"$ref": "#/components/parameters/Service"}, {"$ref": "#/components/parameters/Address"},
            {"$ref": "#/components/parameters/Intent"}
           ],
           "responses": {
            "200": {
             "description": "What stands now.",
             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"},
            "404": {"$ref": "#/components/responses/Unknown"}, "409": {"$ref": "#/components/responses/Conflict"},
            "503": {"$ref": "#/components/responses/Late"}
           }
          }
         },
         "/api/v1/endpoints/{service}/{address}/weight": {
          "put": {
           "summary": "Another weight than the store's.",
           "parameters": [
            {"$ref": "#/components/parameters/Service"}, {"$ref": "#/components/parameters/Address"},
            {"$ref": "#/components/parameters/Intent"},
            {
             "name": "value", "in": "query", "description": "0 to 65535, or auto for the store's.",
             "schema": {"type": "string"}, "required": true
            }
           ],
           "responses": {
            "200": {
             "description": "What stands now.",
             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"},
            "404": {"$ref": "#/components/responses/Unknown"}, "409": {"$ref": "#/components/responses/Conflict"},
            "503": {"$ref": "#/components/responses/Late"}
           }
          }
         }
        """
}
