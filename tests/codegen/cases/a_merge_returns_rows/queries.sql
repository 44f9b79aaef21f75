-- name: merge_and_return(item)
MERGE INTO stock AS s USING (SELECT :item::text AS item) AS n ON s.item = n.item
WHEN MATCHED THEN DELETE
WHEN NOT MATCHED THEN INSERT (item) VALUES (n.item)
RETURNING merge_action(), s.*;
