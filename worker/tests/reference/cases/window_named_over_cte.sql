-- Was a 200 with ranks that were not those of the ids.
-- tables: t=*
WITH q AS (SELECT id, day, avg(b) OVER () AS w2, count(c) OVER () AS w1, ts FROM t)
SELECT ts, avg(id) OVER one AS w6, day, rank() OVER two AS w7 FROM q WINDOW one AS (PARTITION BY day), two AS (ORDER BY id DESC)
