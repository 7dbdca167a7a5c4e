WITH n1 AS (SELECT `l_orderkey`, `l_commitdate`, `l_receiptdate` FROM `t1`),
n2 AS (SELECT `l_orderkey`, `l_commitdate`, `l_receiptdate` FROM n1 WHERE (`l_commitdate` < `l_receiptdate`)),
n3 AS (SELECT `l_orderkey` FROM n2),
n4 AS (SELECT `o_orderkey`, `o_orderdate`, `o_orderpriority` FROM `t3`),
n5 AS (SELECT `o_orderpriority`, `o_orderkey`, `o_orderdate` FROM n4),
n6 AS (SELECT `o_orderpriority`, `o_orderkey`, `o_orderdate` FROM n5 WHERE ((`o_orderdate` >= DATE '1993-07-01') AND (`o_orderdate` < DATE '1993-10-01'))),
n7 AS (SELECT `o_orderpriority`, `o_orderkey` FROM n6),
n8 AS (SELECT l.`o_orderpriority`, l.`o_orderkey` FROM n7 AS l LEFT SEMI JOIN n3 AS r ON l.`o_orderkey` = r.`l_orderkey`),
n9 AS (SELECT `o_orderpriority` FROM n8),
n10 AS (SELECT `o_orderpriority`, count(*) AS `__1` FROM n9 GROUP BY `o_orderpriority`),
n11 AS (SELECT `o_orderpriority` AS `o_orderpriority`, CAST(`__1` AS BIGINT) AS `order_count` FROM n10)
SELECT `o_orderpriority`, `order_count` FROM n11 ORDER BY `o_orderpriority` ASC NULLS LAST
