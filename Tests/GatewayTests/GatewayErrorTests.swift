import Testing
import Wire

@testable import Gateway

/// The texts of errors: they stand unescaped in JSON bodies, log lines and metric labels.
@Suite struct GatewayErrorTests {
    private var all: [GatewayError] {
        let kinds = (UInt8.min...UInt8.max).compactMap { GatewayError.Kind(rawValue: $0) }
        return kinds.map { GatewayError($0) }
            + HeadRejection.allCases.flatMap {
                [GatewayError(.badRequest, rejection: $0), GatewayError(.badBody, rejection: $0)]
            }
    }

    @Test func sentencesStandInJSONAsTheyAre() {
        #expect(all.count > 60)
        for error in all {
            let sentence = error.sentence.description
            #expect(sentence.hasSuffix("."))
            #expect(sentence.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != 34 && $0 != 92 }, "\(sentence)")
        }
    }

    @Test func labelsAreOneWordAndTellKindsApart() {
        let kinds = all.filter { $0.rejection == nil }
        #expect(Set(kinds.map(\.label.description)).count == kinds.count)
        for error in kinds {
            #expect(
                error.label.description.utf8.allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || $0 == 45
                })
        }
    }

    @Test func everyStatusThatAClientGetsHasItsReason() {
        for error in all where error.status != 499 {
            #expect(Worker.reason(error.status).description != "Error", "\(error.status)")
            #expect((400...599).contains(error.status))
        }
    }

    @Test func whatTheClientDidIsNeverTriedAgain() {
        for error in all where error.side != .upstream { #expect(error.retryCauses.isEmpty) }
    }
}
