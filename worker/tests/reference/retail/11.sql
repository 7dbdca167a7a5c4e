SELECT customer_sk FROM store_sales WHERE ss_quantity > 15
INTERSECT
SELECT customer_sk FROM web_sales WHERE ws_quantity > 5
ORDER BY customer_sk
