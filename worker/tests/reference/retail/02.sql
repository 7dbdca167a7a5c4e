SELECT d.d_year, i.i_brand, SUM(s.ss_net_profit) AS profit
FROM date_dim d JOIN store_sales s ON d.date_sk = s.date_sk JOIN item i ON s.item_sk = i.item_sk
WHERE i.i_class = 'class 2' AND d.d_moy IN (11, 12)
GROUP BY d.d_year, i.i_brand
ORDER BY d.d_year, profit DESC, i.i_brand
LIMIT 25
