WITH n1 AS (SELECT `l_quantity`, `l_extendedprice`, `l_discount`, `l_shipdate` FROM `t1`),
n2 AS (SELECT `l_extendedprice`, `l_discount`, `l_shipdate`, `l_quantity` FROM n1),
n3 AS (SELECT `l_extendedprice`, `l_discount`, `l_shipdate`, `l_quantity` FROM n2 WHERE ((((`l_shipdate` >= DATE '1994-01-01') AND (`l_shipdate` < DATE '1995-01-01')) AND ((`l_discount` >= CAST('0.05' AS DECIMAL(3,2))) AND (`l_discount` <= CAST('0.07' AS DECIMAL(3,2))))) AND (`l_quantity` < CAST('24' AS DECIMAL(2,0))))),
n4 AS (SELECT `l_extendedprice`, `l_discount` FROM n3),
n5 AS (SELECT count((`l_extendedprice` * `l_discount`)) AS `__1`, sum((`l_extendedprice` * `l_discount`)) AS `__2` FROM n4),
n6 AS (SELECT CASE WHEN (`__1` > CAST(0 AS BIGINT)) THEN CASE WHEN `__1` = 0 THEN CAST(0 AS DECIMAL(38,4)) ELSE coalesce(`__2`, raise_error('a sum has more than 38 digits')) END ELSE CAST(NULL AS DECIMAL(38,4)) END AS `revenue` FROM n5)
SELECT `revenue` FROM n6
