SELECT DISTINCT ON (c_state) c_state, c_birth, customer_sk
FROM customer
ORDER BY c_state, c_birth, customer_sk
