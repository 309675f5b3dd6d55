internal import DockerEngine
internal import FoundationEssentials
internal import Template

/// A container's description as the data of a template.
enum InspectValue {
    /// The engine's answer as maps and lists; what is known of the container where there is no answer.
    static func value(of container: ContainerDetails) -> Value {
        guard case .map(let map)? = decode(container.document) else { return known(of: container) }
        // In Go the field has another name than the member.
        var entries = zip(map.entries.keys, map.entries.values).map { (key: $0, value: $1) }
        entries.append((.string("ID"), map["Id"] ?? .string(container.id)))
        return .map(Map(entries))
    }

    /// The value of a JSON text; nil if it is none.
    static func decode(_ octets: [UInt8]) -> Value? {
        guard !octets.isEmpty else { return nil }
        return (try? JSONDecoder().decode(Member.self, from: Data(octets)))?.value
    }

    private static func known(of container: ContainerDetails) -> Value {
        [
            "ID": .string(container.id), "Id": .string(container.id), "Name": .string("/" + container.name),
            "Config": [
                "Hostname": .string(container.hostname), "Image": .string(container.image),
                "Env": .strings(container.environment), "Labels": .strings(container.labels),
            ],
        ]
    }

    /// Anything in JSON, with Go's types: lists and maps of nothing but strings are `[]string` and `map[string]string`.
    private struct Member: Decodable {
        let value: Value

        init(from decoder: any Decoder) throws {
            if let members = try? decoder.container(keyedBy: Name.self) {
                value = try Self.map(members)
            } else if var items = try? decoder.unkeyedContainer() {
                value = try Self.list(&items)
            } else {
                value = try Self.scalar(decoder.singleValueContainer())
            }
        }

        private static func map(_ members: KeyedDecodingContainer<Name>) throws -> Value {
            var entries: [String: Value] = [:]
            for name in members.allKeys {
                entries[name.stringValue] = try members.decode(Member.self, forKey: name).value
            }
            let isOfStrings = entries.values.allSatisfy { $0.octets != nil }
            return .map(Map(entries, type: isOfStrings ? .map(key: .string, element: .string) : .stringMap))
        }

        private static func list(_ items: inout any UnkeyedDecodingContainer) throws -> Value {
            var values: [Value] = []
            while !items.isAtEnd { values.append(try items.decode(Member.self).value) }
            return .list(List(values, type: values.allSatisfy { $0.octets != nil } ? .stringSlice : .anySlice))
        }

        private static func scalar(_ item: any SingleValueDecodingContainer) throws -> Value {
            if item.decodeNil() { return .null }
            if let flag = try? item.decode(Bool.self) { return .bool(flag) }
            if let text = try? item.decode(String.self) { return .string(text) }
            if let number = try? item.decode(Int.self) { return .int(number) }
            return .float(try item.decode(Double.self))
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }
}
