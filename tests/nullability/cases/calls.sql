-- case: CALL returns its OUT arguments, and any may be NULL
-- expect: total nullable, message nullable
CALL with_out(1, 2, NULL);
