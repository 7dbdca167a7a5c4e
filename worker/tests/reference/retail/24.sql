SELECT w.order_number, CASE WHEN w.ws_ship_days <= 30 THEN '30 days' WHEN w.ws_ship_days <= 60 THEN '60 days' WHEN w.ws_ship_days IS NULL THEN 'never' ELSE 'late' END AS class
FROM web_sales w
WHERE w.ws_price > 150
ORDER BY w.order_number DESC
LIMIT 100 OFFSET 20
