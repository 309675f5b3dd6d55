import Foundation

/// A document of spans in OTLP's JSON form, read strictly: every member must be one that `ExportTraceServiceRequest` has, and
/// of its type.
public struct SpanDocument: Sendable {
    /// A span, as far as tests ask.
    public struct Span: Sendable {
        /// Thirty-two digits.
        public var trace: String
        /// Sixteen digits.
        public var id: String
        /// The same; nil: none.
        public var parent: String?
        /// What it is called.
        public var name: String
        /// 2: a server's, 3: a client's.
        public var kind: Int
        /// Nanoseconds since 1970.
        public var start: UInt64
        /// The same at its end.
        public var end: UInt64
        /// By name, numbers and truths in their words.
        public var attributes: [String: String]
        /// The status's code, 2 for an error; nil: unset.
        public var status: Int?
        /// Names of its events.
        public var events: [String]
    }

    /// The resource's attributes.
    public private(set) var resource: [String: String] = [:]
    /// All spans, in the document's order.
    public private(set) var spans: [Span] = []

    /// Reads `json`; throws where it is not what OTLP asks for.
    public init(_ json: [UInt8]) throws {
        let root = try Self.object(
            JSONSerialization.jsonObject(with: Data(json)), "the document", ["resourceSpans": true])
        for group in try Self.list(root["resourceSpans"], "resourceSpans") {
            let group = try Self.object(
                group, "resourceSpans", ["resource": true, "scopeSpans": true, "schemaUrl": false])
            let owner = try Self.object(
                group["resource"], "resource", ["attributes": false, "droppedAttributesCount": false])
            self.resource.merge(try Self.attributes(owner["attributes"])) { $1 }
            for part in try Self.list(group["scopeSpans"], "scopeSpans") {
                let part = try Self.object(part, "scopeSpans", ["scope": false, "spans": true, "schemaUrl": false])
                if let scope = part["scope"] {
                    _ = try Self.object(scope, "scope", ["name": false, "version": false, "attributes": false])
                }
                self.spans += try Self.list(part["spans"], "spans").map(Self.span)
            }
        }
    }

    private static func span(_ any: Any) throws -> Span {
        let span = try self.object(
            any, "span",
            [
                "traceId": true, "spanId": true, "parentSpanId": false, "traceState": false, "flags": false,
                "name": true,
                "kind": true, "startTimeUnixNano": true, "endTimeUnixNano": true, "attributes": false, "events": false,
                "links": false, "status": false,
            ])
        let status = try span["status"].map { try self.object($0, "status", ["code": false, "message": false]) }
        let code = status?["code"] as? Int
        if let code, !(0...2).contains(code) { throw LabError("a status of \(code)") }
        guard let name = span["name"] as? String, let kind = span["kind"] as? Int, (0...5).contains(kind) else {
            throw LabError("a span without name or kind: \(span)")
        }
        return Span(
            trace: try self.digits(span["traceId"], 32), id: try self.digits(span["spanId"], 16),
            parent: try span["parentSpanId"].map { try self.digits($0, 16) }, name: name, kind: kind,
            start: try self.time(span["startTimeUnixNano"]), end: try self.time(span["endTimeUnixNano"]),
            attributes: try self.attributes(span["attributes"]), status: code,
            events: try self.list(span["events"] ?? [Any](), "events").map { event in
                let event = try self.object(
                    event, "event", ["timeUnixNano": true, "name": true, "attributes": false])
                _ = try self.time(event["timeUnixNano"])
                return event["name"] as? String ?? ""
            })
    }

    private static func object(_ any: Any?, _ what: String, _ members: [String: Bool]) throws -> [String: Any] {
        guard let object = any as? [String: Any] else { throw LabError("\(what) is no object") }
        for name in object.keys where members[name] == nil { throw LabError("\(what) has no member \(name)") }
        for (name, isNeeded) in members where isNeeded && object[name] == nil {
            throw LabError("\(what) is without \(name)")
        }
        return object
    }

    private static func list(_ any: Any?, _ what: String) throws -> [Any] {
        guard let list = any as? [Any] else { throw LabError("\(what) is no list") }
        return list
    }

    private static func digits(_ any: Any?, _ count: Int) throws -> String {
        guard let text = any as? String, text.utf8.count == count, text.allSatisfy("0123456789abcdef".contains),
            text.contains(where: { $0 != "0" })
        else { throw LabError("\(any ?? "nothing") is no id of \(count) digits") }
        return text
    }

    private static func time(_ any: Any?) throws -> UInt64 {
        // Numbers of 64 bits are strings in protobuf's JSON.
        guard let text = any as? String, let time = UInt64(text) else {
            throw LabError("\(any ?? "nothing") is no time")
        }
        return time
    }

    private static func attributes(_ any: Any?) throws -> [String: String] {
        var found: [String: String] = [:]
        for item in try self.list(any ?? [Any](), "attributes") {
            let item = try self.object(item, "attribute", ["key": true, "value": true])
            let value = try self.object(
                item["value"], "value",
                ["stringValue": false, "intValue": false, "boolValue": false, "doubleValue": false])
            guard let key = item["key"] as? String, !key.isEmpty, value.count == 1, let (kind, content) = value.first
            else { throw LabError("an attribute is \(item)") }
            guard found.updateValue(try self.text(content, kind), forKey: key) == nil else {
                throw LabError("\(key) is there twice")
            }
        }
        return found
    }

    private static func text(_ content: Any, _ kind: String) throws -> String {
        switch (kind, content) {
        case ("stringValue", let text as String): return text
        case ("intValue", let text as String) where Int64(text) != nil: return text
        case ("boolValue", let truth as Bool): return "\(truth)"
        case ("doubleValue", let number as Double): return "\(number)"
        default: throw LabError("\(kind) is \(content)")
        }
    }
}
