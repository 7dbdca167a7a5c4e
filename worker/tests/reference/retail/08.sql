SELECT i.item_sk, AVG(s.ss_quantity) AS quantity, AVG(s.ss_list_price) AS price, AVG(s.ss_discount) AS discount
FROM store_sales s JOIN item i ON s.item_sk = i.item_sk JOIN customer c ON s.customer_sk = c.customer_sk
WHERE c.c_preferred AND c.c_birth < DATE '1970-01-01'
GROUP BY i.item_sk
ORDER BY i.item_sk
