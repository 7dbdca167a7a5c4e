WITH yearly AS (
  SELECT c.customer_sk, d.d_year, SUM(s.ss_list_price * s.ss_quantity) AS spent
  FROM store_sales s JOIN customer c ON s.customer_sk = c.customer_sk JOIN date_dim d ON s.date_sk = d.date_sk
  GROUP BY c.customer_sk, d.d_year
)
SELECT a.customer_sk, a.spent AS first_year, b.spent AS second_year
FROM yearly a JOIN yearly b ON a.customer_sk = b.customer_sk
WHERE a.d_year = 2024 AND b.d_year = 2025 AND b.spent > 2 * a.spent
ORDER BY a.customer_sk
