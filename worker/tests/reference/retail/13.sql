SELECT 'store' AS channel, d.d_year, d.d_qoy, SUM(s.ss_list_price) AS amount
FROM store_sales s JOIN date_dim d ON s.date_sk = d.date_sk GROUP BY d.d_year, d.d_qoy
UNION ALL
SELECT 'web' AS channel, d.d_year, d.d_qoy, SUM(w.ws_price) AS amount
FROM web_sales w JOIN date_dim d ON w.date_sk = d.date_sk GROUP BY d.d_year, d.d_qoy
ORDER BY channel, d_year, d_qoy
