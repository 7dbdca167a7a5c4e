SELECT i.i_brand, d.d_moy, SUM(s.ss_net_profit) AS profit,
  SUM(SUM(s.ss_net_profit)) OVER (PARTITION BY i.i_brand ORDER BY d.d_moy) AS so_far
FROM store_sales s JOIN item i ON s.item_sk = i.item_sk JOIN date_dim d ON s.date_sk = d.date_sk
WHERE d.d_year = 2025
GROUP BY i.i_brand, d.d_moy
ORDER BY i.i_brand, d.d_moy
