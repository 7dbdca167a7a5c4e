SELECT s.store_sk, c.c_state, COUNT(*) AS pairs
FROM store s CROSS JOIN customer c
WHERE s.s_state = c.c_state
GROUP BY s.store_sk, c.c_state
ORDER BY s.store_sk, c.c_state
