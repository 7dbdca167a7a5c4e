SELECT s.s_name, i.i_category, SUM(ss.ss_net_profit) AS profit, AVG(SUM(ss.ss_net_profit)) OVER (PARTITION BY s.s_name) AS average
FROM store_sales ss JOIN store s ON ss.store_sk = s.store_sk JOIN item i ON ss.item_sk = i.item_sk
GROUP BY s.s_name, i.i_category
ORDER BY s.s_name, i.i_category NULLS LAST
