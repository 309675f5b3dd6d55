/// A list of tags as people write them: with commas, where `\,` is a comma of the tag's own.
enum TagList {
    /// The tags of `text`, without empty ones.
    static func split(_ text: String) -> [String] {
        var tags: [String] = []
        var tag = ""
        var isEscaped = false
        for character in text {
            if character == ",", isEscaped {
                tag.removeLast()
                tag.append(character)
            } else if character == "," {
                tags.append(tag)
                tag = ""
            } else {
                tag.append(character)
            }
            isEscaped = character == "\\"
        }
        return (tags + [tag]).filter { !$0.isEmpty }
    }
}
