extension OpenAPIDocument {
    /// What answers look like: members of `schemas`.
    static let schemas = """
         "Error": {
          "type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"],
          "additionalProperties": false
         },
         "Responses": {
          "type": "object",
          "properties": {
           "1xx": {"type": "integer", "minimum": 0}, "2xx": {"type": "integer", "minimum": 0},
           "3xx": {"type": "integer", "minimum": 0}, "4xx": {"type": "integer", "minimum": 0},
           "5xx": {"type": "integer", "minimum": 0}
          },
          "required": ["1xx", "2xx", "3xx", "4xx", "5xx"], "additionalProperties": false
         },
         "Override": {
          "type": ["object", "null"],
          "properties": {
           "state": {"type": ["string", "null"], "enum": ["drain", "disable", null]},
           "weight": {"type": ["integer", "null"], "minimum": 0, "maximum": 65535},
           "since": {"type": "integer", "description": "Seconds since 1970."}
          },
          "required": ["state", "weight", "since"], "additionalProperties": false,
          "description": "What an operator has said of the endpoint, if anything."
         },
         "Info": {
          "type": "object",
          "properties": {
           "version": {"type": "string"}, "started_at": {"type": "integer", "description": "Seconds since 1970."},
           "uptime": {"type": "integer", "minimum": 0}, "ready": {"type": "boolean"},
           "draining": {"type": "boolean"}, "workers": {"type": "integer", "minimum": 0},
           "connections": {"type": "integer", "minimum": 0}, "requests": {"type": "integer", "minimum": 0},
           "table": {
            "type": "object",
            "properties": {
             "generation": {"type": "integer", "minimum": 0},
             "installed_at": {"type": "integer", "description": "Seconds since 1970."},
             "services": {"type": "integer", "minimum": 0}, "endpoints": {"type": "integer", "minimum": 0},
             "routes": {"type": "integer", "minimum": 0}
            },
            "required": ["generation", "installed_at", "services", "endpoints", "routes"],
            "additionalProperties": false
           },
           "store": {
            "type": "object",
            "properties": {
             "name": {"type": "string"}, "available": {"type": "boolean"}, "outage": {"type": ["string", "null"]}
            },
            "required": ["name", "available", "outage"], "additionalProperties": false
           },
           "problems": {"type": "integer", "minimum": 0}, "log_level": {"type": ["string", "null"]}
          },
          "required": [
           "version", "started_at", "uptime", "ready", "draining", "workers", "connections", "requests", "table",
           "store", "problems", "log_level"
          ],
          "additionalProperties": false
         },
         "Durations": {
          "type": ["object", "null"],
          "properties": {
           "count": {"type": "integer", "minimum": 0}, "sum": {"type": "number", "minimum": 0},
           "p50": {"type": "number", "minimum": 0}, "p90": {"type": "number", "minimum": 0},
           "p99": {"type": "number", "minimum": 0}
          },
          "required": ["count", "sum", "p50", "p90", "p99"], "additionalProperties": false,
          "description": "Seconds; quantiles to the bound of a range."
         },
         "Service": {
          "type": "object",
          "properties": {
           "name": {"type": "string"}, "balance": {"type": "string"}, "protocol": {"type": ["string", "null"]},
           "endpoints": {"type": "integer", "minimum": 0}, "endpoints_in": {"type": "integer", "minimum": 0},
           "in_flight": {"type": "integer", "minimum": 0}, "requests": {"type": "integer", "minimum": 0},
           "responses": {"$ref": "#/components/schemas/Responses"},
           "received_bytes": {"type": "integer", "minimum": 0}, "sent_bytes": {"type": "integer", "minimum": 0},
           "retries": {"type": "integer", "minimum": 0}, "retries_denied": {"type": "integer", "minimum": 0},
           "retries_left": {"type": "integer", "minimum": 0}, "hedges": {"type": "integer", "minimum": 0},
           "hedges_won": {"type": "integer", "minimum": 0}, "queued": {"type": "integer", "minimum": 0},
           "queue_timeouts": {"type": "integer", "minimum": 0}, "queue_refusals": {"type": "integer", "minimum": 0},
           "queue_length": {"type": "integer", "minimum": 0},
           "durations": {"$ref": "#/components/schemas/Durations"}
          },
          "required": [
           "name", "balance", "protocol", "endpoints", "endpoints_in", "in_flight", "requests", "responses",
           "received_bytes", "sent_bytes", "retries", "retries_denied", "retries_left", "hedges", "hedges_won",
           "queued", "queue_timeouts", "queue_refusals", "queue_length", "durations"
          ],
          "additionalProperties": false
         },
         "Route": {
          "type": "object",
          "properties": {
           "name": {"type": "string"}, "hosts": {"type": "array", "items": {"type": "string"}},
           "paths": {"type": "array", "items": {"type": "string"}},
           "methods": {"type": "array", "items": {"type": "string"}},
           "headers": {
            "type": "array",
            "items": {
             "type": "object", "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
             "required": ["name", "value"], "additionalProperties": false
            }
           },
           "services": {
            "type": "array",
            "items": {
             "type": "object", "properties": {"service": {"type": "string"}, "weight": {"type": "integer"}},
             "required": ["service", "weight"], "additionalProperties": false
            }
           },
           "redirect": {
            "type": ["object", "null"],
            "properties": {"to": {"type": "string"}, "status": {"type": "integer", "minimum": 0}},
            "required": ["to", "status"], "additionalProperties": false
           },
           "source": {"type": ["string", "null"]}, "revision": {"type": "integer", "minimum": 0},
           "requests": {"type": "integer", "minimum": 0}, "responses": {"$ref": "#/components/schemas/Responses"},
           "received_bytes": {"type": "integer", "minimum": 0}, "sent_bytes": {"type": "integer", "minimum": 0}
          },
          "required": [
           "name", "hosts", "paths", "methods", "headers", "services", "redirect", "source", "revision", "requests",
           "responses", "received_bytes", "sent_bytes"
          ],
          "additionalProperties": false
         },
         "Endpoint": {
          "type": "object",
          "properties": {
           "service": {"type": "string"}, "address": {"type": "string"},
           "state": {"type": "string", "enum": ["in", "draining", "weightless", "down", "ejected", "disabled"]},
           "weight": {"type": "integer", "minimum": 0}, "backup": {"type": "boolean"}, "zone": {"type": "string"},
           "protocol": {"type": "string"}, "health": {"type": "string", "enum": ["unknown", "up", "down"]},
           "trouble": {"type": "string"}, "in_flight": {"type": "integer", "minimum": 0},
           "failures": {"type": "integer", "minimum": 0}, "retries": {"type": "integer", "minimum": 0},
           "checks_passed": {"type": "integer", "minimum": 0}, "checks_failed": {"type": "integer", "minimum": 0},
           "ejections": {"type": "integer", "minimum": 0}, "requests": {"type": "integer", "minimum": 0},
           "responses": {"$ref": "#/components/schemas/Responses"},
           "received_bytes": {"type": "integer", "minimum": 0}, "sent_bytes": {"type": "integer", "minimum": 0},
           "source": {"type": ["string", "null"]}, "revision": {"type": "integer", "minimum": 0},
           "override": {"$ref": "#/components/schemas/Override"}
          },
          "required": ["service", "address", "state", "override"], "additionalProperties": false,
          "description": "A disabled one has the required members alone."
         },
         "Listener": {
          "type": "object",
          "properties": {
           "name": {"type": "string"}, "address": {"type": "string"},
           "protocol": {"type": "string", "enum": ["http", "https", "tcp"]}, "tls": {"type": "boolean"},
           "http2": {"type": "boolean"}, "proxy_protocol": {"type": "boolean"},
           "redirects_to_https": {"type": "boolean"}, "requests": {"type": "integer", "minimum": 0},
           "responses": {"$ref": "#/components/schemas/Responses"},
           "received_bytes": {"type": "integer", "minimum": 0}, "sent_bytes": {"type": "integer", "minimum": 0}
          },
          "required": [
           "name", "address", "protocol", "tls", "http2", "proxy_protocol", "redirects_to_https", "requests",
           "responses", "received_bytes", "sent_bytes"
          ],
          "additionalProperties": false
         },
         "Certificate": {
          "type": "object",
          "properties": {
           "name": {"type": "string"}, "source": {"type": "string"},
           "hosts": {"type": "array", "items": {"type": "string"}},
           "not_before": {"type": "integer", "description": "Seconds since 1970."},
           "not_after": {"type": "integer", "description": "Seconds since 1970."}, "key": {"type": "string"},
           "fingerprint": {"type": "string"}, "stapled_until": {"type": ["integer", "null"]},
           "former": {"type": "boolean"}, "listeners": {"type": "array", "items": {"type": "string"}}
          },
          "required": [
           "name", "source", "hosts", "not_before", "not_after", "key", "fingerprint", "stapled_until", "former",
           "listeners"
          ],
          "additionalProperties": false
         },
         "Event": {
          "type": "object",
          "properties": {
           "id": {"type": "integer", "minimum": 0},
           "time": {"type": "integer", "description": "Seconds since 1970."},
           "kind": {"type": "string", "enum": ["table", "problem", "endpoint", "order"]},
           "subject": {"type": "string"}, "what": {"type": "string"}, "detail": {"type": "string"}
          },
          "required": ["id", "time", "kind", "subject", "what", "detail"], "additionalProperties": false
         },
         "Problem": {
          "type": "object",
          "properties": {
           "subject": {"type": "string"}, "reason": {"type": "string"},
           "severity": {"type": "string", "enum": ["notice", "warning"]},
           "since": {"type": "integer", "description": "Seconds since 1970."},
           "source": {"type": ["string", "null"]}, "revision": {"type": "integer", "minimum": 0}
          },
          "required": ["subject", "reason", "severity", "since", "source", "revision"],
          "additionalProperties": false
         },
         "Order": {
          "type": "object",
          "properties": {
           "service": {"type": "string"}, "address": {"type": "string"},
           "override": {"$ref": "#/components/schemas/Override"}
          },
          "required": ["service", "address", "override"], "additionalProperties": false
         },
         "Rates": {
          "type": "object",
          "properties": {
           "time": {"type": "integer", "description": "Seconds since 1970."},
           "seconds": {"type": "number", "minimum": 0, "description": "What it spans."},
           "total": \(rates(["in_flight": number])),
           "services": {"type": "array", "items": \(rates(
            ["name": word, "in_flight": number, "endpoints": number, "endpoints_in": number]))},
           "endpoints": {
            "type": "array",
            "items": \(rates(
                ["service": word, "address": word, "state": word, "in_flight": number], times: ["mean"])),
            "description": "Of the service that was asked for: those that did something or have changed."
           }
          },
          "required": ["time", "seconds", "total", "services"], "additionalProperties": false,
          "description": "An event of the stream: how fast everything went since the one before."
         },
         "LogLevel": {
          "type": "object",
          "properties": {
           "level": {
            "type": "string", "enum": ["trace", "debug", "info", "notice", "warning", "error", "critical"]
           }
          },
          "required": ["level"], "additionalProperties": false
         }
        """

    private static let word = #"{"type": "string"}"#
    private static let number = #"{"type": "integer", "minimum": 0}"#

    /// How fast something goes, with what else is said of it; `times` are seconds, null where nothing was measured.
    private static func rates(_ others: [String: String], times: [String] = ["p50", "p90", "p99"]) -> String {
        var members = others
        for name in ["requests", "failures", "bytes_in", "bytes_out"] {
            members["\(name)_per_second"] = #"{"type": "number", "minimum": 0}"#
        }
        for name in times { members[name] = #"{"type": ["number", "null"], "minimum": 0}"# }
        return OpenAPIOperation.Answer.objectSchema(
            members.sorted { $0.key < $1.key }.map { (name: $0.key, schema: $0.value) })
    }
}
