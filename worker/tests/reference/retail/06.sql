SELECT i.i_category, i.i_class, SUM(ss.ss_net_paid) AS paid
FROM store_sales ss JOIN item i ON ss.item_sk = i.item_sk
GROUP BY ROLLUP(i.i_category, i.i_class)
HAVING SUM(ss.ss_net_paid) > 0
ORDER BY i.i_category NULLS FIRST, i.i_class NULLS FIRST, paid
