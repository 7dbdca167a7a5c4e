-- Was a 200 with ranks by another column than the id.
-- tables: t=*
SELECT ts, rank() OVER (ORDER BY id DESC) AS r, avg(id) OVER (PARTITION BY day) AS w FROM t
