SELECT customer_sk FROM customer
EXCEPT
SELECT customer_sk FROM store_returns
ORDER BY customer_sk
