SELECT s.item_sk, s.amount, w.amount AS web
FROM (SELECT item_sk, SUM(ss_list_price) AS amount FROM store_sales WHERE date_sk BETWEEN 100 AND 200 GROUP BY item_sk) AS s
JOIN (SELECT item_sk, SUM(ws_price) AS amount FROM web_sales WHERE date_sk BETWEEN 100 AND 200 GROUP BY item_sk) AS w ON s.item_sk = w.item_sk
WHERE s.amount > w.amount
ORDER BY s.item_sk
