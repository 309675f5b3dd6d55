extension Bool {
    /// From one of the words that Go's `strconv.ParseBool` knows; nil from any other.
    public init?(goText: String) {
        switch goText {
        case "1", "t", "T", "true", "TRUE", "True": self = true
        case "0", "f", "F", "false", "FALSE", "False": self = false
        default: return nil
        }
    }
}
