-- tables: t=*
SELECT d, sum(a) OVER (PARTITION BY d) AS s FROM t
