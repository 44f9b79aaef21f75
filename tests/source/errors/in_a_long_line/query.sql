-- name: get_user(id)^
SELECT aaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccccc, dddddddddddddddddddddd, eeeeeeeeeeeeeeeeeeeee, fffffffff, $1, ggggggggggggggggggg, hhhhhhhhhhhhhhhhhhhhhhhhhhh, iiiiiiiiiiiiiiiiiiiiiiiiii, jjjjjjjjjjjjjjj FROM users;
