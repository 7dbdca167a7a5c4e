SELECT f.store_sk, f.date_sk, f.ticket, f.ss_net_paid
FROM store_sales f SEMI JOIN store_returns r ON f.ticket = r.ticket
WHERE f.date_sk IS NOT NULL
ORDER BY f.store_sk DESC, f.date_sk, f.ticket
LIMIT 40
