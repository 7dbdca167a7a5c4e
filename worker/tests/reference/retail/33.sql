SELECT c.customer_sk, COALESCE(c.c_state, 'none') AS state, NTILE(4) OVER (ORDER BY c.c_birth, c.customer_sk) AS quarter
FROM customer c
WHERE c.c_preferred IS NOT TRUE
ORDER BY c.customer_sk
