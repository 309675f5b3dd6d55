extension OpenAPIDocument {
    /// What explanations look like: members of `schemas`.
    ///
    /// What is not known of a thing is left out.
    static let explanationSchemas = """
         "Provenance": {
          "type": "object",
          "properties": {
           "source": {"type": "string", "description": "A file's line, or a store's key."},
           "revision": {"type": "integer", "minimum": 0, "description": "The store's; 0 for files."}
          },
          "required": ["source", "revision"], "additionalProperties": false
         },
         "Outcome": {
          "type": "object",
          "properties": {
           "kind": {"type": "string", "enum": ["forward", "redirect", "refuse", "varies"]},
           "cause": {"type": "string", "description": "A word as in the access log."},
           "status": {"type": "integer", "minimum": 100, "maximum": 599}, "location": {"type": "string"},
           "reason": {"type": "string"}
          },
          "required": ["kind", "reason"], "additionalProperties": false
         },
         "Gate": {
          "type": "object",
          "properties": {
           "name": {"type": "string"}, "of": {"type": "string"},
           "verdict": {"type": "string", "enum": ["passes", "stops", "depends"]}, "detail": {"type": "string"},
           "provenance": {"$ref": "#/components/schemas/Provenance"}
          },
          "required": ["name", "of", "verdict", "detail"], "additionalProperties": false,
          "description": "Something that the edge asks of a request."
         },
         "Field": {
          "type": "object", "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
          "required": ["name", "value"], "additionalProperties": false
         },
         "Explanation": {
          "type": "object",
          "properties": {
           "generation": {"type": "integer", "minimum": 0},
           "request": {
            "type": "object",
            "properties": {
             "method": {"type": "string"}, "url": {"type": "string"}, "host": {"type": "string"},
             "path": {"type": "string"}, "query": {"type": "string"}, "listener": {"type": "string"},
             "secure": {"type": "boolean"}, "client": {"type": "string"}
            },
            "required": ["method", "url", "host", "path", "listener", "secure"], "additionalProperties": false
           },
           "outcome": {"$ref": "#/components/schemas/Outcome"},
           "certificate": {"$ref": "#/components/schemas/ShownCertificate"},
           "gates": {"type": "array", "items": {"$ref": "#/components/schemas/Gate"}},
           "hosts": {
            "type": "array",
            "items": {
             "type": "object",
             "properties": {
              "pattern": {"type": "string"},
              "kind": {"type": "string", "enum": ["exact", "wildcard", "label", "regex", "any"]}
             },
             "required": ["pattern", "kind"], "additionalProperties": false
            }
           },
           "candidates": {"type": "array", "items": {"$ref": "#/components/schemas/Candidate"}},
           "more_candidates": {"type": "integer", "minimum": 0},
           "route": {"$ref": "#/components/schemas/TakenRoute"},
           "services": {"type": "array", "items": {"$ref": "#/components/schemas/AskedService"}},
           "notes": {"type": "array", "items": {"type": "string"}}
          },
          "required": [
           "generation", "request", "outcome", "gates", "hosts", "candidates", "more_candidates", "services", "notes"
          ],
          "additionalProperties": false
         },
         "ShownCertificate": {
          "type": "object",
          "properties": {
           "server_name": {"type": "string", "description": "SNI; empty: none."},
           "rule": {"type": "string", "enum": ["exact", "wildcard", "default", "refused"]},
           "shown": {
            "type": "array",
            "items": {
             "type": "object",
             "properties": {
              "name": {"type": "string"}, "hosts": {"type": "array", "items": {"type": "string"}},
              "key": {"type": "string"},
              "not_after": {"type": "integer", "description": "Seconds since 1970."}, "until": {"type": "string"},
              "provenance": {"$ref": "#/components/schemas/Provenance"}
             },
             "required": ["name", "hosts", "key", "not_after", "until", "provenance"], "additionalProperties": false
            },
            "description": "Of each kind of key the best."
           },
           "others": {
            "type": "array",
            "items": {
             "type": "object", "properties": {"name": {"type": "string"}, "reason": {"type": "string"}},
             "required": ["name", "reason"], "additionalProperties": false
            },
            "description": "For the name, too, and not shown."
           },
           "trouble": {"type": "string", "description": "What clients that check it will not be content with."},
           "client_certificate": {"type": "string", "enum": ["none", "request", "require"]},
           "covers_host": {"type": "boolean", "description": "Where not, requests for the host get 421."}
          },
          "required": ["server_name", "rule", "shown", "others", "client_certificate", "covers_host"],
          "additionalProperties": false
         },
         "Candidate": {
          "type": "object",
          "properties": {
           "route": {"type": "string"}, "host": {"type": "string"}, "path": {"type": "string"},
           "verdict": {"type": "string", "enum": ["taken", "shadowed", "method", "header", "path", "host"]},
           "reason": {"type": "string"}, "provenance": {"$ref": "#/components/schemas/Provenance"}
          },
          "required": ["route", "host", "path", "verdict", "reason", "provenance"], "additionalProperties": false
         },
         "TakenRoute": {
          "type": "object",
          "properties": {
           "name": {"type": "string"}, "provenance": {"$ref": "#/components/schemas/Provenance"},
           "target": {"type": "string", "description": "What the endpoint is asked for."},
           "rewrites": {"type": "array", "items": {"type": "string"}},
           "sets_request_fields": {"type": "array", "items": {"$ref": "#/components/schemas/Field"}},
           "removes_request_fields": {"type": "array", "items": {"type": "string"}},
           "sets_answer_fields": {"type": "array", "items": {"$ref": "#/components/schemas/Field"}},
           "removes_answer_fields": {"type": "array", "items": {"type": "string"}}
          },
          "required": [
           "name", "provenance", "rewrites", "sets_request_fields", "removes_request_fields", "sets_answer_fields",
           "removes_answer_fields"
          ],
          "additionalProperties": false
         },
         "AskedService": {
          "type": "object",
          "properties": {
           "name": {"type": "string"}, "share": {"type": "number", "minimum": 0, "maximum": 1},
           "outcome": {"$ref": "#/components/schemas/Outcome"},
           "gates": {"type": "array", "items": {"$ref": "#/components/schemas/Gate"}},
           "balance": {"type": "string"},
           "affinities": {
            "type": "array",
            "items": {
             "type": "object",
             "properties": {
              "by": {"type": "string"}, "present": {"type": "boolean"}, "endpoint": {"type": "string"}
             },
             "required": ["by", "present"], "additionalProperties": false
            }
           },
           "terms": {
            "type": "array",
            "items": {
             "type": "object",
             "properties": {
              "name": {"type": "string"}, "value": {"type": "string"},
              "of": {
               "type": "string", "enum": ["route", "service", "endpoints", "defaults", "listener", "default"]
              },
              "provenance": {"$ref": "#/components/schemas/Provenance"}
             },
             "required": ["name", "value", "of"], "additionalProperties": false
            }
           },
           "endpoints": {"type": "array", "items": {"$ref": "#/components/schemas/AskedEndpoint"}},
           "more_endpoints": {"type": "integer", "minimum": 0}, "used": {"type": "integer", "minimum": 0}
          },
          "required": [
           "name", "share", "outcome", "gates", "balance", "affinities", "terms", "endpoints",
           "more_endpoints", "used"
          ],
          "additionalProperties": false
         },
         "AskedEndpoint": {
          "type": "object",
          "properties": {
           "address": {"type": "string"},
           "state": {
            "type": "string",
            "enum": ["in", "down", "ejected", "unreachable", "full", "draining", "weightless"]
           },
           "reason": {"type": "string"}, "share": {"type": "number", "minimum": 0, "maximum": 1},
           "weight": {"type": "integer", "minimum": 0},
           "tier": {"type": "string", "enum": ["rotation", "near", "backup", "unused"]}, "zone": {"type": "string"},
           "protocol": {"type": "string"}, "health": {"type": "string", "enum": ["unknown", "up", "down"]},
           "in_flight": {"type": "integer", "minimum": 0},
           "returns_after": {"type": "number", "minimum": 0, "description": "Seconds."},
           "latency": {"type": "number", "minimum": 0, "description": "Seconds."},
           "provenance": {"$ref": "#/components/schemas/Provenance"}
          },
          "required": [
           "address", "state", "reason", "share", "weight", "tier", "zone", "protocol", "health", "in_flight",
           "provenance"
          ],
          "additionalProperties": false
         },
         "ExplainedRequest": {
          "type": "object",
          "properties": {
           "request": {"$ref": "#/components/schemas/RecentRequest"},
           "explanation": {"$ref": "#/components/schemas/Explanation"}
          },
          "required": ["request"], "additionalProperties": false,
          "description": "A request already made, and how a table sees it: its own one, if that is kept."
         },
         "RecentRequest": {
          "type": "object",
          "properties": {
           "id": {"type": "string"}, "time": {"type": "number", "description": "Seconds since 1970, at its end."},
           "listener": {"type": "string"}, "secure": {"type": "boolean"}, "client": {"type": "string"},
           "user": {"type": "string"}, "line": {"type": "string"},
           "host": {"type": "string"}, "status": {"type": "integer", "minimum": 0}, "failure": {"type": "string"},
           "route": {"type": "string"}, "service": {"type": "string"}, "endpoint": {"type": "string"},
           "generation": {"type": "integer", "minimum": 0}, "retries": {"type": "integer", "minimum": 0},
           "tries": {
            "type": "array",
            "items": {
             "type": "object",
             "properties": {
              "endpoint": {"type": "string"},
              "outcome": {"type": "string", "description": "answered, overtaken, or a word as in the access log."},
              "status": {"type": "integer", "minimum": 100, "maximum": 599},
              "began": {"type": "number", "minimum": 0, "description": "Seconds after the request."},
              "took": {"type": "number", "minimum": 0, "description": "Seconds."}, "reused": {"type": "boolean"}
             },
             "required": ["endpoint", "outcome", "began", "took", "reused"], "additionalProperties": false
            },
            "description": "The endpoints that were asked, the one that answered last."
           },
           "received_bytes": {"type": "integer", "minimum": 0}, "sent_bytes": {"type": "integer", "minimum": 0},
           "timings": {
            "type": "object",
            "properties": {
             "before_sending": {
              "type": "number", "minimum": 0, "description": "With password, permission, queue and connect in it."
             },
             "password": {"type": "number", "minimum": 0}, "permission": {"type": "number", "minimum": 0},
             "queue": {"type": "number", "minimum": 0}, "connect": {"type": "number", "minimum": 0},
             "first_byte": {"type": "number", "minimum": 0}, "body": {"type": "number", "minimum": 0},
             "total": {"type": "number", "minimum": 0}
            },
            "required": ["total"], "additionalProperties": false, "description": "Seconds that each part took."
           }
          },
          "required": [
           "id", "time", "listener", "secure", "client", "line", "host", "status", "generation", "retries", "tries",
           "received_bytes", "sent_bytes", "timings"
          ],
          "additionalProperties": false
         },
         "Generations": {
          "type": "object",
          "properties": {
           "generations": {
            "type": "array",
            "items": {
             "type": "object",
             "properties": {
              "generation": {"type": "integer", "minimum": 0},
              "installed_at": {"type": "integer", "description": "Seconds since 1970."},
              "changes": {"type": "string"}, "services": {"type": "integer", "minimum": 0},
              "routes": {"type": "integer", "minimum": 0}
             },
             "required": ["generation", "installed_at", "changes", "services", "routes"],
             "additionalProperties": false
            }
           }
          },
          "required": ["generations"], "additionalProperties": false
         },
         "Difference": {
          "type": "object",
          "properties": {
           "from": {"type": "integer", "minimum": 0}, "to": {"type": "integer", "minimum": 0},
           "changes": {
            "type": "array",
            "items": {
             "type": "object",
             "properties": {
              "kind": {"type": "string", "enum": ["added", "removed", "changed"]}, "subject": {"type": "string"},
              "details": {"type": "array", "items": {"type": "string"}},
              "now": {"$ref": "#/components/schemas/Provenance"},
              "before": {"$ref": "#/components/schemas/Provenance"},
              "by": {"type": "string", "description": "Who, where it was not what now names: operator."}
             },
             "required": ["kind", "subject", "details"], "additionalProperties": false
            }
           },
           "more_changes": {"type": "integer", "minimum": 0}
          },
          "required": ["from", "to", "changes", "more_changes"], "additionalProperties": false
         }
        """
}
