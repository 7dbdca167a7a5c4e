SELECT EXTRACT(year FROM s_opened) AS opened, COUNT(*) AS stores, SUM(s_floor_space) AS space
FROM store
GROUP BY EXTRACT(year FROM s_opened)
ORDER BY opened
