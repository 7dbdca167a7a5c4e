SELECT c.c_name, c.c_birth, s.ticket
FROM customer c RIGHT JOIN store_sales s ON c.customer_sk = s.customer_sk
WHERE s.ss_list_price < 3
ORDER BY s.ticket
