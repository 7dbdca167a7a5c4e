SELECT c.c_state, COUNT(*) AS bought
FROM customer c JOIN store_sales s ON c.customer_sk = s.customer_sk JOIN item i ON s.item_sk = i.item_sk
WHERE i.i_current_price > 1.25 * (SELECT AVG(j.i_current_price) FROM item j WHERE j.i_category = i.i_category)
GROUP BY c.c_state
HAVING COUNT(*) >= 10
ORDER BY bought, c.c_state NULLS LAST
