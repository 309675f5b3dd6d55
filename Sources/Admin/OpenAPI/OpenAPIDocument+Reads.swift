extension OpenAPIDocument {
    /// What can be asked, with its parameters and answers: members of the paths.
    static let reads = """
         "/healthz": {
          "get": {
           "summary": "Whether workers and the control plane turn.",
           "responses": {
            "200": {"description": "As it is now.", "content": {"text/plain": {"schema": {"type": "string"}}}},
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}, "503": {"$ref": "#/components/responses/Unwell"}
           }
          }
         },
         "/readyz": {
          "get": {
           "summary": "Whether there is a table, and no drain.",
           "responses": {
            "200": {"description": "As it is now.", "content": {"text/plain": {"schema": {"type": "string"}}}},
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}, "503": {"$ref": "#/components/responses/Unwell"}
           }
          }
         },
         "/metrics": {
          "get": {
           "summary": "Everything that is measured, as Prometheus's text.",
           "responses": {
            "200": {"description": "As it is now.", "content": {"text/plain": {"schema": {"type": "string"}}}},
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/info": {
          "get": {
           "summary": "The edge as a whole.",
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Info"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/services": {
          "get": {
           "summary": "The services in force.",
           "parameters": [
            {"name": "name", "in": "query", "description": "That one alone.", "schema": {"type": "string"}}
           ],
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {
              "application/json": {
               "schema": {
                "type": "object",
                "properties": {"services": {"type": "array", "items": {"$ref": "#/components/schemas/Service"}}},
                "required": ["services"], "additionalProperties": false
               }
              }
             }
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/routes": {
          "get": {
           "summary": "The routes in force.",
           "parameters": [
            {"name": "name", "in": "query", "description": "That one alone.", "schema": {"type": "string"}}
           ],
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {
              "application/json": {
               "schema": {
                "type": "object",
                "properties": {"routes": {"type": "array", "items": {"$ref": "#/components/schemas/Route"}}},
                "required": ["routes"], "additionalProperties": false
               }
              }
             }
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/endpoints": {
          "get": {
           "summary": "The endpoints in force, and those that were disabled.",
           "parameters": [
            {"name": "service", "in": "query", "description": "That one's alone.", "schema": {"type": "string"}}
           ],
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {
              "application/json": {
               "schema": {
                "type": "object",
                "properties": {"endpoints": {"type": "array", "items": {"$ref": "#/components/schemas/Endpoint"}}},
                "required": ["endpoints"], "additionalProperties": false
               }
              }
             }
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/listeners": {
          "get": {
           "summary": "Where the edge listens.",
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {
              "application/json": {
               "schema": {
                "type": "object",
                "properties": {"listeners": {"type": "array", "items": {"$ref": "#/components/schemas/Listener"}}},
                "required": ["listeners"], "additionalProperties": false
               }
              }
             }
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/certificates": {
          "get": {
           "summary": "The certificates in force.",
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {
              "application/json": {
               "schema": {
                "type": "object",
                "properties": {
                 "certificates": {"type": "array", "items": {"$ref": "#/components/schemas/Certificate"}}
                },
                "required": ["certificates"], "additionalProperties": false
               }
              }
             }
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/events": {
          "get": {
           "summary": "What has happened of late, the oldest first.",
           "parameters": [
            {
             "name": "after", "in": "query", "description": "Only what came after this id.",
             "schema": {"type": "integer", "minimum": 0}
            },
            {
             "name": "limit", "in": "query", "description": "At most so many, the newest.",
             "schema": {"type": "integer", "minimum": 0, "maximum": 1000}
            }
           ],
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {
              "application/json": {
               "schema": {
                "type": "object",
                "properties": {
                 "last": {"type": "integer", "minimum": 0},
                 "events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
                },
                "required": ["last", "events"], "additionalProperties": false
               }
              }
             }
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/problems": {
          "get": {
           "summary": "Everything that is wrong now.",
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {
              "application/json": {
               "schema": {
                "type": "object",
                "properties": {"problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}}},
                "required": ["problems"], "additionalProperties": false
               }
              }
             }
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/explain": {
          "get": {
           "summary": "Why a request goes where it goes.",
           "parameters": [
            {
             "name": "url", "in": "query", "description": "http://shop.example.com/cart; or id.",
             "schema": {"type": "string"}
            },
            {"name": "method", "in": "query", "description": "GET unless said.", "schema": {"type": "string"}},
            {
             "name": "header", "in": "query", "description": "Name: value; several may be given.",
             "schema": {"type": "string"}
            },
            {
             "name": "client", "in": "query", "description": "The address that connects.",
             "schema": {"type": "string"}
            },
            {"name": "listener", "in": "query", "description": "The listener's name.", "schema": {"type": "string"}},
            {
             "name": "at", "in": "query", "description": "A former table's generation.",
             "schema": {"type": "integer", "minimum": 0}
            },
            {
             "name": "id", "in": "query", "description": "The X-Request-Id of a request already made.",
             "schema": {"type": "string"}
            },
            {
             "name": "format", "in": "query", "description": "json, or text for people.",
             "schema": {"type": "string", "enum": ["json", "text"]}
            }
           ],
           "responses": {
            "200": {
             "description": "As it is now.", "content": {"application/json": {"schema": {"type": "object"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}, "404": {"$ref": "#/components/responses/Unknown"}
           }
          }
         },
         "/api/v1/generations": {
          "get": {
           "summary": "The tables that can be asked about, or what differs between two.",
           "parameters": [
            {
             "name": "from", "in": "query", "description": "One generation.",
             "schema": {"type": "integer", "minimum": 0}
            },
            {"name": "to", "in": "query", "description": "Another.", "schema": {"type": "integer", "minimum": 0}},
            {
             "name": "format", "in": "query", "description": "json, or text for people.",
             "schema": {"type": "string", "enum": ["json", "text"]}
            }
           ],
           "responses": {
            "200": {
             "description": "As it is now.", "content": {"application/json": {"schema": {"type": "object"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/stream": {
          "get": {
           "summary": "Server-sent events: each Event by its kind, and totals.",
           "responses": {
            "200": {
             "description": "As it is now.", "content": {"text/event-stream": {"schema": {"type": "string"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}, "503": {"$ref": "#/components/responses/Late"}
           }
          }
         },
         "/api/v1/openapi.json": {
          "get": {
           "summary": "This document.",
           "responses": {
            "200": {
             "description": "As it is now.", "content": {"application/json": {"schema": {"type": "object"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         },
         "/api/v1/log-level": {
          "get": {
           "summary": "The least level that is logged.",
           "responses": {
            "200": {
             "description": "As it is now.",
             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogLevel"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          },
          "put": {
           "summary": "Change it until the edge ends.",
           "parameters": [
            {
             "name": "value", "in": "query", "description": "The level.",
             "schema": {
              "type": "string", "enum": ["trace", "debug", "info", "notice", "warning", "error", "critical"]
             },
             "required": true
            },
            {"$ref": "#/components/parameters/Intent"}
           ],
           "responses": {
            "200": {
             "description": "What it is now.",
             "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogLevel"}}}
            },
            "400": {"$ref": "#/components/responses/Malformed"}, "401": {"$ref": "#/components/responses/NoToken"},
            "403": {"$ref": "#/components/responses/Stranger"},
            "421": {"$ref": "#/components/responses/Misdirected"}
           }
          }
         }
        """
}
