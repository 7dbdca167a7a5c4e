-- tables: t=*
SELECT d, id, sum(a) OVER w AS s, row_number() OVER w AS n FROM t WINDOW w AS (PARTITION BY d ORDER BY id)
