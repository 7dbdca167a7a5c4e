SELECT item_sk, total
FROM (SELECT item_sk, SUM(ss_net_paid) AS total FROM store_sales GROUP BY item_sk) AS t
WHERE total >= (SELECT MAX(u.total) * 0.5 FROM (SELECT item_sk, SUM(ss_net_paid) AS total FROM store_sales GROUP BY item_sk) AS u)
ORDER BY item_sk
