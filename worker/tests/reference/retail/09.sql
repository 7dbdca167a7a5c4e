SELECT CASE WHEN ss_quantity BETWEEN 1 AND 5 THEN 'few' WHEN ss_quantity BETWEEN 6 AND 12 THEN 'some' ELSE 'many' END AS bucket,
  COUNT(*) AS n, AVG(ss_discount) AS discount, SUM(ss_net_profit) AS profit
FROM store_sales
GROUP BY 1
ORDER BY bucket
