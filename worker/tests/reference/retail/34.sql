SELECT d_year, d_moy, sold, sold - LAG(sold) OVER (ORDER BY d_year, d_moy) AS change
FROM (SELECT d.d_year, d.d_moy, SUM(s.ss_quantity) AS sold FROM store_sales s JOIN date_dim d ON s.date_sk = d.date_sk GROUP BY d.d_year, d.d_moy) AS months
ORDER BY d_year, d_moy
