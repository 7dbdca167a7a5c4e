WITH returned AS (
  SELECT r.customer_sk, s.store_sk, SUM(r.sr_amount) AS total
  FROM store_returns r JOIN store_sales s ON r.ticket = s.ticket
  GROUP BY r.customer_sk, s.store_sk
)
SELECT c.c_name, c.customer_sk, a.total
FROM returned a JOIN customer c ON a.customer_sk = c.customer_sk
WHERE a.total > (SELECT AVG(b.total) FROM returned b WHERE b.store_sk = a.store_sk)
ORDER BY c.customer_sk, a.total
