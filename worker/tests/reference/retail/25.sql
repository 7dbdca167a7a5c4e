WITH store_total AS (SELECT item_sk, SUM(ss_list_price) AS amount FROM store_sales GROUP BY item_sk),
  web_total AS (SELECT item_sk, SUM(ws_price) AS amount FROM web_sales GROUP BY item_sk)
SELECT item_sk, s.amount AS store_amount, w.amount AS web_amount
FROM store_total s FULL JOIN web_total w USING (item_sk)
ORDER BY item_sk
