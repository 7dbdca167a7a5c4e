SELECT r.sr_reason, COUNT(*) AS n, SUM(r.sr_amount) AS amount, AVG(r.return_date_sk - s.date_sk) AS days
FROM store_returns r JOIN store_sales s ON r.ticket = s.ticket AND r.item_sk = s.item_sk
WHERE r.return_date_sk IS NOT NULL
GROUP BY r.sr_reason
ORDER BY r.sr_reason
