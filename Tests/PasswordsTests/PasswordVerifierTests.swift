import Passwords
import Testing

/// Hashes of every form, as the tools make them that people use.
@Suite struct PasswordVerifierTests {
    private static let vectors: [(password: String, hash: String)] = [
        ("secret", "$apr1$8sFt66rZ$eup.HOtZcQ/VrnApBM3rR/"),
        ("secret", "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM."),
        (
            "secret",
            "$6$saltsaltsalt$PMWE8DTlam1JU37Piyk43bHcMxTJq6sgu5DKB0/tGPjanN35jcY68QkpDfPFUGPWX5uCxIQkSPzMmqEiVNgts."
        ),
        ("secret", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="),
        ("secret", "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"),
        ("Wört & \"x\"", "$apr1$8sFt66rZ$5RSKxGBqvCu0kkRoeQfPz/"),
        ("Wört & \"x\"", "$5$abcdefgh$n08TjzLKqr2upEpk6xxoPGhK9B67yVyQPs.e8Xs3Bs6"),
        (
            "Wört & \"x\"",
            "$6$saltsaltsalt$FTyJdeCttX2/M1CHOGHXN9GHdcJV.FnF1AhFOndWtUI2NoB5YyOZZ2WYJgzWSttMdtg.yXimCsVWXIJ6jTd5p/"
        ),
        ("Wört & \"x\"", "{SHA}ZBoZwi0w/RqA5PKhHeu/0yruh1M="),
        ("Wört & \"x\"", "$2y$05$abcdefghijklmnopqrstuujvsvFqExol49LhnTq4lQLTSca4qdgJC"),
        ("a", "$apr1$8sFt66rZ$ZQyG/P2SewAXpDgC1ke9d0"),
        ("a", "$5$abcdefgh$GzAL/HPD/MYJIjVUUnvBTiqueLrt/LVxJEZtz0qaNX2"),
        ("a", "$6$saltsaltsalt$BZBB/YP9foxWUwP9kIjq2xLwSB1CLOgury7ojHmE5yRwN9K5UWOqCK13InzPP8PVy7h432x02KB3Lt/kL8AOU."),
        ("a", "{SHA}hvfkN/qlp/zhXR3cuerq6jd2Z7g="),
        ("a", "$2y$05$abcdefghijklmnopqrstuu8.veTXNDPV2eEsdpKNczMw2otgh5LnK"),
        ("a password that is longer than sixteen octets", "$apr1$8sFt66rZ$68XVSu.d9W4kOLAcrXmfw1"),
        ("a password that is longer than sixteen octets", "$5$abcdefgh$3dqRqUAFNkd2lhF9lhsije50UgS8m1nikjphvLlHOw1"),
        (
            "a password that is longer than sixteen octets",
            "$6$saltsaltsalt$ThnECihAdC2aHdIB/V4Lh.DIPQzNE8PP14LE19uPPSElPgiBg3Asktz848FkJlNMJ23qBaVjktDKS1G.6pcTz."
        ),
        ("a password that is longer than sixteen octets", "{SHA}AvHi7AR/eFXknN6OYdbpvIM8qTw="),
        (
            "a password that is longer than sixteen octets",
            "$2y$05$abcdefghijklmnopqrstuuRqqGxcAKbE66D6nOuBR.y2VPUIbXAhi"
        ),
        (
            "secret",
            "$6$rounds=1000$salt$HNxBeBnDfSfUrTj6KiLnmd7tGCvHEmcExh8kl/S0cZ5WrCciNZgfhbpkeFQ4JfkHX.8vPq45lY0iINnCx1Lkm."
        ),
    ]

    @Test(arguments: vectors)
    func theRightPasswordIsRight(password: String, hash: String) {
        let verifier = PasswordVerifier()
        #expect(verifier.verify(Array(password.utf8), Array(hash.utf8)))
        for wrong in ["", password + "x", String(password.dropLast()), password.uppercased() + "!"] {
            #expect(!verifier.verify(Array(wrong.utf8), Array(hash.utf8)), "\(wrong)")
        }
    }

    @Test func oneVerifierIsUsedAgain() {
        let verifier = PasswordVerifier()
        for (password, hash) in Self.vectors + Self.vectors {
            #expect(verifier.verify(Array(password.utf8), Array(hash.utf8)))
        }
    }

    @Test func whatNoPasswordCanBeIsNone() {
        let verifier = PasswordVerifier()
        let hash = Array(Self.vectors[1].hash.utf8)
        #expect(!verifier.verify(Array("secret\0".utf8), hash))
        #expect(!verifier.verify([UInt8](repeating: 65, count: 512), hash))
        #expect(!verifier.verify(Array("secret".utf8), []))
        #expect(!verifier.verify(Array("secret".utf8), Array("secret".utf8)))
        #expect(!verifier.verify(Array("secret".utf8), Array("*0".utf8)))
    }

    @Test(arguments: [
        "", "secret", "$", "$$$", "$1$abc$xxxxxxxxxxxxxxxxxxxxxx", "$2y$05$short", "$2y$5$abcdefghijklmnopqrstuu",
        "$2y$31$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a", "$5$abc", "$6$rounds=1$salt$x", "{SHA}x", "*0",
        "{SSHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "$apr1$8sFt66rZ$short", "$apr1$$eup.HOtZcQ/VrnApBM3rR/", "a\u{0}b",
    ])
    func whatIsNoHashIsNone(hash: String) {
        #expect(PasswordScheme(of: hash) == nil)
    }

    @Test func linesOfAFileAreRead() {
        let sha = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="
        let (lines, faults) = PasswordFile.read(
            "# users\n\nalice:\(sha)\r\nbob:\(sha):a comment\nnobody\n:\(sha)\ncarol:plain\nalice:\(sha)\n")
        #expect(lines.map(\.user) == ["alice", "bob"])
        #expect(lines.allSatisfy { $0.hash == sha })
        #expect(faults.map(\.line) == [5, 6, 7, 8])
        #expect(faults[0].reason == "it is no USER:HASH")
        #expect(faults[2].reason.hasPrefix("the hash of user carol is none that is understood: bcrypt"))
        #expect(faults[3].reason == "user alice is there twice: the first counts")
        // A password that somebody has written in the clear is not repeated in any log.
        #expect(!faults.contains { $0.reason.contains("plain") })
    }
}
