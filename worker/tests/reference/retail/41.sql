SELECT a.customer_sk, a.sold, b.sold AS on_web, a.sold + COALESCE(b.sold, 0) AS all_sold
FROM (SELECT customer_sk, SUM(ss_quantity) AS sold FROM store_sales WHERE customer_sk IS NOT NULL GROUP BY customer_sk) AS a
LEFT JOIN (SELECT customer_sk, SUM(ws_quantity) AS sold FROM web_sales GROUP BY customer_sk) AS b ON a.customer_sk = b.customer_sk
ORDER BY all_sold DESC, a.customer_sk
LIMIT 30
