SELECT s.ticket, s.ss_quantity, r.sr_quantity, r.sr_reason
FROM store_sales s LEFT JOIN store_returns r ON s.ticket = r.ticket AND r.sr_reason = 'broken'
WHERE s.ss_quantity >= 18
ORDER BY s.ticket
