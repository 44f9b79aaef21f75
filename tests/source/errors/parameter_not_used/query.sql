-- name: first_tags(n, other)
SELECT tags[1:n], 'a :other' FROM posts; -- :other
