SELECT i.item_sk, SUM(CASE WHEN d.d_date < DATE '2025-03-11' THEN v.inv_quantity ELSE 0 END) AS before,
  SUM(CASE WHEN d.d_date >= DATE '2025-03-11' THEN v.inv_quantity ELSE 0 END) AS later
FROM inventory v JOIN item i ON v.item_sk = i.item_sk JOIN date_dim d ON v.date_sk = d.date_sk
WHERE i.i_current_price BETWEEN 20 AND 90
GROUP BY i.item_sk
ORDER BY i.item_sk
