/// The verbs of Go's formats that code speaks of, as code points.
enum Verb {
    static let b: UInt32 = 0x62
    static let c: UInt32 = 0x63
    static let d: UInt32 = 0x64
    static let e: UInt32 = 0x65
    static let f: UInt32 = 0x66
    static let g: UInt32 = 0x67
    static let o: UInt32 = 0x6F
    static let p: UInt32 = 0x70
    static let q: UInt32 = 0x71
    static let s: UInt32 = 0x73
    static let t: UInt32 = 0x74
    static let v: UInt32 = 0x76
    static let w: UInt32 = 0x77
    static let x: UInt32 = 0x78
    static let bigE: UInt32 = 0x45
    static let bigF: UInt32 = 0x46
    static let bigG: UInt32 = 0x47
    static let bigO: UInt32 = 0x4F
    static let bigT: UInt32 = 0x54
    static let bigU: UInt32 = 0x55
    static let bigX: UInt32 = 0x58
}
