-- tables: t=*
SELECT c, b, a FROM t CROSS JOIN UNNEST(e) AS u(x)
