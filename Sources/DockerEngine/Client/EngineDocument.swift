internal import FoundationEssentials

/// What is read from an answer's JSON.
protocol EngineDocument {
    /// Reads it; throws if it is not JSON, or of another shape altogether.
    init(document: [UInt8]) throws
}

extension EngineDocument {
    /// The value of `type` that JSON stands for.
    static func decode<Value: Decodable>(_ type: Value.Type, _ document: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(document))
    }
}

extension KeyedDecodingContainer {
    /// The value of `key`, or what stands for nothing if it is missing, null, or of another type.
    ///
    /// Engines leave out what does not apply, say null for what is empty, and drop fields from one version to the next:
    /// none of that may cost the rest of an answer.
    func read<Value: Decodable>(_ key: Key, _ nothing: Value) -> Value {
        (try? decodeIfPresent(Value.self, forKey: key)) ?? nothing
    }
}
