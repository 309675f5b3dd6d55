import Foundation
import Testing

/// Fuzzing in the test run, bounded in time: the kept corpus first, then mutations of it.
///
/// `PORTICO_FUZZ_SECONDS` is the time for each target (3 if unset), `PORTICO_FUZZ_SEED` where the mutations begin. A
/// failure prints target, seed, round and input; the same seed makes the same rounds. The coverage-guided fuzzer over the
/// same checks is `Tests/Fuzz/run.sh`.
@Suite struct FuzzTests {
    private static let seed = UInt64(ProcessInfo.processInfo.environment["PORTICO_FUZZ_SEED"] ?? "") ?? 1
    private static let seconds = Double(ProcessInfo.processInfo.environment["PORTICO_FUZZ_SECONDS"] ?? "") ?? 3

    private static func corpus(_ target: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fuzz/corpus/\(target)").standardizedFileURL
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
    }

    @Test(arguments: ["request", "response", "chunked", "path", "proxy", "hello"])
    func holdsOnTheCorpusAndWhatIsMadeOfIt(_ target: String) throws {
        let check: ([UInt8]) -> String? =
            switch target {
            case "request": WireInvariants.request
            case "response": WireInvariants.response
            case "chunked": { WireInvariants.chunked($0, seed: Self.seed) }
            case "proxy": WireInvariants.proxy
            case "hello": { WireInvariants.hello($0, seed: Self.seed) }
            default: WireInvariants.path
            }
        let seeds = try Self.corpus(target)
        try #require(seeds.count >= 5)
        for bytes in seeds {
            let violation = check(bytes)
            #expect(violation == nil, "\(target): \(text(bytes).debugDescription)")
        }
        var mutator = Mutator(random: SeededGenerator(seed: Self.seed), seeds: seeds)
        let end = ContinuousClock.now + .seconds(Self.seconds)
        var round = 0
        while ContinuousClock.now < end {
            let bytes = mutator.next()
            let violation = check(bytes)
            try #require(
                violation == nil, "\(target), seed \(Self.seed), round \(round): \(text(bytes).debugDescription)")
            round += 1
        }
        #expect(round > 0)
    }
}
