SELECT d.d_date, COUNT(s.ticket) AS sold
FROM date_dim d LEFT JOIN store_sales s ON d.date_sk = s.date_sk
WHERE d.d_holiday AND d.d_year = 2024
GROUP BY d.d_date
ORDER BY d.d_date
