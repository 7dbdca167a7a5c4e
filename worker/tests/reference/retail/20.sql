SELECT tag, SUM(s.ss_net_profit) AS profit
FROM (SELECT item_sk, UNNEST(i_tags) AS tag FROM item) AS t JOIN store_sales s ON t.item_sk = s.item_sk
GROUP BY tag
ORDER BY tag NULLS LAST
