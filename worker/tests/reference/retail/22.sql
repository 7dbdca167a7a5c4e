SELECT ticket, ss_net_profit, LAG(ss_net_profit) OVER w AS before, LEAD(ss_net_profit) OVER w AS next, ROW_NUMBER() OVER w AS number
FROM store_sales
WHERE customer_sk BETWEEN 10 AND 30
WINDOW w AS (PARTITION BY customer_sk ORDER BY date_sk, ticket)
ORDER BY ticket
