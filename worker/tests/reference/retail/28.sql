SELECT i_brand, COUNT(*) AS n, MIN(i_current_price) AS low, MAX(i_current_price) AS high
FROM item
WHERE STARTS_WITH(i_brand, 'brand 1') AND i_size IN ('S', 'L')
GROUP BY i_brand
ORDER BY n DESC, i_brand
