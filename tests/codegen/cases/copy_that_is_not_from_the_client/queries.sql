-- name: read_file()!
COPY cities FROM '/tmp/x';

-- name: copy_out()
COPY cities TO STDOUT;

-- name: copy_csv()!
COPY cities FROM STDIN WITH (FORMAT csv);
