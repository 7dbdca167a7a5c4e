SELECT s.s_name, d.d_dow, SUM(ss.ss_quantity) AS sold, SUM(SUM(ss.ss_quantity)) OVER (PARTITION BY s.s_name) AS of_store
FROM store_sales ss JOIN store s ON ss.store_sk = s.store_sk JOIN date_dim d ON ss.date_sk = d.date_sk
GROUP BY s.s_name, d.d_dow
ORDER BY s.s_name, d.d_dow
