/// Rules for every text file, whatever its language.
enum PlainText {
    private static let machinePaths = ["work/", "opt/swift", "root/"].map { "/" + $0 }
    private static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

    /// White space at the end of a line, tabs in Swift, no newline at the end.
    static func whiteSpace(in file: Repository.File) -> [Finding] {
        var findings: [Finding] = []
        for (index, line) in file.lines.enumerated() where line.last == " " || line.last == "\t" || line.last == "\r" {
            findings.append(Finding(path: file.path, line: index + 1, message: "white space at the end of the line"))
        }
        if !file.text.isEmpty, !file.text.hasSuffix("\n") {
            findings.append(
                Finding(path: file.path, line: file.lines.count, message: "no newline at the end of the file"))
        }
        return findings
    }

    /// Paths of one machine.
    static func machinePaths(in file: Repository.File) -> [Finding] {
        return file.lines.enumerated().flatMap { index, line in
            machinePaths.filter { line.contains($0) }.map {
                Finding(path: file.path, line: index + 1, message: "\($0) exists on one machine only")
            }
        }
    }

    /// Comments that put work off.
    static func unfinished(in source: SwiftSource) -> [Finding] {
        source.comments.sorted { $0.key < $1.key }.compactMap { line, comment in
            let words = comment.split { !$0.isLetter }
            guard words.contains(where: { unfinished.contains(String($0)) }) else { return nil }
            return Finding(
                path: source.path, line: line, message: "unfinished: do it, or file an issue and say what is not there")
        }
    }
}
