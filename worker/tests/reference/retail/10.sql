SELECT c.customer_sk, c.c_name
FROM customer c
WHERE EXISTS (SELECT 1 FROM store_sales s WHERE s.customer_sk = c.customer_sk)
  AND NOT EXISTS (SELECT 1 FROM web_sales w WHERE w.customer_sk = c.customer_sk)
ORDER BY c.customer_sk
