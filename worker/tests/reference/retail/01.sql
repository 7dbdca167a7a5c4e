SELECT i.i_category, i.i_brand, SUM(s.ss_net_paid) AS paid, RANK() OVER (PARTITION BY i.i_category ORDER BY SUM(s.ss_net_paid) DESC, i.i_brand) AS place
FROM store_sales s JOIN item i ON s.item_sk = i.item_sk JOIN date_dim d ON s.date_sk = d.date_sk
WHERE d.d_year = 2024 AND d.d_moy = 11
GROUP BY i.i_category, i.i_brand
ORDER BY i.i_category NULLS LAST, place
