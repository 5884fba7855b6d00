/// Tuples of up to twelve cells. A parameter pack says all of them in one function, but the
/// compiler makes no special version of it for a caller's types: seven cells took twenty times as long as here (Swift 6.3.1).
extension MySQLRow {
    /// The first 2 cells, each as its type.
    @inlinable
    public func decode<A: MySQLDecodable, B: MySQLDecodable>(_ type: (A, B).Type) throws(MySQLError) -> (A, B) {
        (try decode(A.self, at: 0), try decode(B.self, at: 1))
    }

    /// The first 3 cells, each as its type.
    @inlinable
    public func decode<A: MySQLDecodable, B: MySQLDecodable, C: MySQLDecodable>(_ type: (A, B, C).Type)
        throws(MySQLError) -> (A, B, C)
    {
        (try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2))
    }

    /// The first 4 cells, each as its type.
    @inlinable
    public func decode<A: MySQLDecodable, B: MySQLDecodable, C: MySQLDecodable, D: MySQLDecodable>(
        _ type: (A, B, C, D).Type
    ) throws(MySQLError) -> (A, B, C, D) {
        (try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3))
    }

    /// The first 5 cells, each as its type.
    @inlinable
    public func decode<A: MySQLDecodable, B: MySQLDecodable, C: MySQLDecodable, D: MySQLDecodable, E: MySQLDecodable>(
        _ type: (A, B, C, D, E).Type
    ) throws(MySQLError) -> (A, B, C, D, E) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4)
        )
    }

    /// The first 6 cells, each as its type.
    @inlinable
    public func decode<
        A: MySQLDecodable,
        B: MySQLDecodable,
        C: MySQLDecodable,
        D: MySQLDecodable,
        E: MySQLDecodable,
        F: MySQLDecodable
    >(_ type: (A, B, C, D, E, F).Type) throws(MySQLError) -> (A, B, C, D, E, F) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4), try decode(F.self, at: 5)
        )
    }

    /// The first 7 cells, each as its type.
    @inlinable
    public func decode<
        A: MySQLDecodable,
        B: MySQLDecodable,
        C: MySQLDecodable,
        D: MySQLDecodable,
        E: MySQLDecodable,
        F: MySQLDecodable,
        G: MySQLDecodable
    >(_ type: (A, B, C, D, E, F, G).Type) throws(MySQLError) -> (A, B, C, D, E, F, G) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4), try decode(F.self, at: 5), try decode(G.self, at: 6)
        )
    }

    /// The first 8 cells, each as its type.
    @inlinable
    public func decode<
        A: MySQLDecodable,
        B: MySQLDecodable,
        C: MySQLDecodable,
        D: MySQLDecodable,
        E: MySQLDecodable,
        F: MySQLDecodable,
        G: MySQLDecodable,
        H: MySQLDecodable
    >(_ type: (A, B, C, D, E, F, G, H).Type) throws(MySQLError) -> (A, B, C, D, E, F, G, H) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4), try decode(F.self, at: 5), try decode(G.self, at: 6), try decode(H.self, at: 7)
        )
    }

    /// The first 9 cells, each as its type.
    @inlinable
    public func decode<
        A: MySQLDecodable,
        B: MySQLDecodable,
        C: MySQLDecodable,
        D: MySQLDecodable,
        E: MySQLDecodable,
        F: MySQLDecodable,
        G: MySQLDecodable,
        H: MySQLDecodable,
        I: MySQLDecodable
    >(_ type: (A, B, C, D, E, F, G, H, I).Type) throws(MySQLError) -> (A, B, C, D, E, F, G, H, I) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4), try decode(F.self, at: 5), try decode(G.self, at: 6), try decode(H.self, at: 7),
            try decode(I.self, at: 8)
        )
    }

    /// The first 10 cells, each as its type.
    @inlinable
    public func decode<
        A: MySQLDecodable,
        B: MySQLDecodable,
        C: MySQLDecodable,
        D: MySQLDecodable,
        E: MySQLDecodable,
        F: MySQLDecodable,
        G: MySQLDecodable,
        H: MySQLDecodable,
        I: MySQLDecodable,
        J: MySQLDecodable
    >(_ type: (A, B, C, D, E, F, G, H, I, J).Type) throws(MySQLError) -> (A, B, C, D, E, F, G, H, I, J) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4), try decode(F.self, at: 5), try decode(G.self, at: 6), try decode(H.self, at: 7),
            try decode(I.self, at: 8), try decode(J.self, at: 9)
        )
    }

    /// The first 11 cells, each as its type.
    @inlinable
    public func decode<
        A: MySQLDecodable,
        B: MySQLDecodable,
        C: MySQLDecodable,
        D: MySQLDecodable,
        E: MySQLDecodable,
        F: MySQLDecodable,
        G: MySQLDecodable,
        H: MySQLDecodable,
        I: MySQLDecodable,
        J: MySQLDecodable,
        K: MySQLDecodable
    >(_ type: (A, B, C, D, E, F, G, H, I, J, K).Type) throws(MySQLError) -> (A, B, C, D, E, F, G, H, I, J, K) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4), try decode(F.self, at: 5), try decode(G.self, at: 6), try decode(H.self, at: 7),
            try decode(I.self, at: 8), try decode(J.self, at: 9), try decode(K.self, at: 10)
        )
    }

    /// The first 12 cells, each as its type.
    @inlinable
    public func decode<
        A: MySQLDecodable,
        B: MySQLDecodable,
        C: MySQLDecodable,
        D: MySQLDecodable,
        E: MySQLDecodable,
        F: MySQLDecodable,
        G: MySQLDecodable,
        H: MySQLDecodable,
        I: MySQLDecodable,
        J: MySQLDecodable,
        K: MySQLDecodable,
        L: MySQLDecodable
    >(_ type: (A, B, C, D, E, F, G, H, I, J, K, L).Type) throws(MySQLError) -> (A, B, C, D, E, F, G, H, I, J, K, L) {
        (
            try decode(A.self, at: 0), try decode(B.self, at: 1), try decode(C.self, at: 2), try decode(D.self, at: 3),
            try decode(E.self, at: 4), try decode(F.self, at: 5), try decode(G.self, at: 6), try decode(H.self, at: 7),
            try decode(I.self, at: 8), try decode(J.self, at: 9), try decode(K.self, at: 10), try decode(L.self, at: 11)
        )
    }
}
