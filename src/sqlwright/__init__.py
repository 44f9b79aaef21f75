"""Hand-written SQL in, typed Python out, with PostgreSQL itself as the compiler."""
