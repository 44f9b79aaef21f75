-- name: out()!
COPY t TO STDOUT;

-- name: from_file()!
COPY t FROM '/etc/hostname';

-- name: as_csv()!
-- @param rows: Iterable[T]
COPY t (a, b) FROM STDIN WITH (FORMAT csv, HEADER);

-- name: in_binary()!
-- @param rows: Iterable[U]
COPY u (id, at, codes) FROM STDIN WITH (FORMAT binary);
