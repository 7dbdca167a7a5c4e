WITH n1 AS (SELECT `o_orderkey`, `o_custkey`, `o_comment` FROM `t3`),
n2 AS (SELECT `o_orderkey`, `o_custkey`, `o_comment` FROM n1 WHERE (NOT (`o_comment` RLIKE '(?Ud)special.*requests'))),
n3 AS (SELECT `o_orderkey`, `o_custkey` FROM n2),
n4 AS (SELECT `c_custkey` FROM `t0`),
n5 AS (SELECT l.`c_custkey` AS `c_custkey`, r.`o_orderkey` AS `o_orderkey` FROM n4 AS l LEFT OUTER JOIN n3 AS r ON l.`c_custkey` = r.`o_custkey`),
n6 AS (SELECT `c_custkey`, count(`o_orderkey`) AS `__1` FROM n5 GROUP BY `c_custkey`),
n7 AS (SELECT `c_custkey` AS `c_custkey`, `__1` AS `c_count` FROM n6),
n8 AS (SELECT `c_count` FROM n7),
n9 AS (SELECT `c_count`, count(*) AS `__2` FROM n8 GROUP BY `c_count`),
n10 AS (SELECT `c_count` AS `c_count`, `__2` AS `custdist` FROM n9)
SELECT `c_count`, `custdist` FROM n10 ORDER BY `custdist` DESC NULLS FIRST, `c_count` DESC NULLS FIRST
