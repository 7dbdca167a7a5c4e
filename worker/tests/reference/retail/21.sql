SELECT c.c_address.city AS city, SUM(s.ss_net_paid) AS paid, COUNT(DISTINCT s.customer_sk) AS customers
FROM store_sales s JOIN customer c ON s.customer_sk = c.customer_sk
GROUP BY c.c_address.city
ORDER BY city
