SELECT u.tag, COUNT(*) AS items, AVG(u.i_current_price) AS price
FROM (SELECT i_current_price, UNNEST(i_tags) AS tag FROM item) AS u
WHERE u.tag IS NOT NULL
GROUP BY u.tag
ORDER BY u.tag
