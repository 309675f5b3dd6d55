import Glibc
import Wire

/// Which invariants this process asks: `PORTICO_FUZZ_TARGET`, set by `run.sh`.
private let check: @Sendable ([UInt8]) -> String? = {
    switch unsafe getenv("PORTICO_FUZZ_TARGET").map({ unsafe String(cString: $0) }) {
    case "request": { WireInvariants.request($0) }
    case "response": { WireInvariants.response($0) }
    case "chunked": { WireInvariants.chunked($0, seed: UInt64($0.count)) }
    case "path": { WireInvariants.path($0) }
    case "proxy": { WireInvariants.proxy($0) }
    case "hello": { WireInvariants.hello($0, seed: UInt64($0.count)) }
    case let other: preconditionFailure("PORTICO_FUZZ_TARGET is \(other ?? "not set")")
    }
}()

/// What libFuzzer calls with every input; a trap is how it learns of a violation.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let violation = check(bytes) { preconditionFailure(violation) }
    return 0
}
