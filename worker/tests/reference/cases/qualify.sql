-- tables: t=*
SELECT d, a FROM t QUALIFY row_number() OVER (PARTITION BY d ORDER BY id) = 1
